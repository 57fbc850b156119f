import type { Attempt } from "./attempt.ts";

/** Shorter ones would tear words apart, and are no secrets. */
const partCharsMin = 6;
const hidden = "[secret]";

/** Base64 of a text that stands anywhere in another: by where it begins, without what its neighbours change. */
function inBase64(text: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString("base64");
    const own = whole.replace(/=+$/, "").slice(before === 0 ? 0 : 4, -1);
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** Every form in which a system may give a header's secret back: whole, without its scheme, decoded, encoded. */
function formsOf(value: string): string[] {
  const bare = value.replace(/^(?:Bearer|Basic|Token)\s+/i, "");
  const decoded = /^Basic\s/i.test(value) ? Buffer.from(bare, "base64").toString("utf8") : bare;
  const parts = [bare, decoded, decoded.slice(decoded.indexOf(":") + 1)];
  const forms = parts.flatMap((part) => {
    const hex = Buffer.from(part).toString("hex");
    const spelt = JSON.stringify(part).slice(1, -1);
    return [part, encodeURIComponent(part), spelt, hex, hex.toUpperCase(), ...inBase64(part)];
  });
  return [...new Set(forms)]
    .filter((form) => form.length >= partCharsMin)
    .sort((a, b) => b.length - a.length);
}

/** A text without these secrets, in whatever form they stand in it. */
export function without(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.flatMap(formsOf);
  return (text) => forms.reduce((left, form) => left.replaceAll(form, hidden), text);
}

/** Whatever came back, without the secrets that were sent along: systems and proxies echo requests in their errors. */
export function scrubbed(made: Attempt, secrets: readonly string[]): Attempt {
  if (secrets.length === 0) return made;
  const clean = without(secrets);
  if (made.kind === "broken") return { ...made, why: clean(made.why) };
  if (made.kind !== "reply") return made;
  const headers = Object.fromEntries(
    Object.entries(made.headers).map(([name, value]) => [name, clean(value)]),
  );
  return { ...made, headers, text: clean(made.text) };
}
