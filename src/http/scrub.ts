import type { Attempt } from "./attempt.ts";

/** Shorter ones would tear words apart, and are no secrets. */
const partCharsMin = 6;
const hidden = "[secret]";

/** Every form in which a system may give a header's secret back: whole, without its scheme, decoded, encoded. */
function formsOf(value: string): string[] {
  const bare = value.replace(/^(?:Bearer|Basic|Token)\s+/i, "");
  const decoded = /^Basic\s/i.test(value) ? Buffer.from(bare, "base64").toString("utf8") : bare;
  const parts = [bare, decoded, decoded.slice(decoded.indexOf(":") + 1)];
  const forms = parts.flatMap((part) => {
    const bytes = Buffer.from(part);
    return [
      part,
      encodeURIComponent(part),
      bytes.toString("base64url"),
      bytes.toString("base64"),
      bytes.toString("hex"),
    ];
  });
  return [...new Set(forms)]
    .filter((form) => form.length >= partCharsMin)
    .sort((a, b) => b.length - a.length);
}

/** Whatever came back, without the secret that was sent along: systems and proxies echo headers in their errors. */
export function scrubbed(made: Attempt, secret: string | undefined): Attempt {
  if (secret === undefined) return made;
  const forms = formsOf(secret);
  const clean = (text: string) => forms.reduce((left, form) => left.replaceAll(form, hidden), text);
  if (made.kind === "broken") return { ...made, why: clean(made.why) };
  if (made.kind !== "reply") return made;
  const headers = Object.fromEntries(
    Object.entries(made.headers).map(([name, value]) => [name, clean(value)]),
  );
  return { ...made, headers, text: clean(made.text) };
}
