import { randomBytes } from "node:crypto";

/** A secret that no rule knows by its look: found only by somebody who looks for this very one. */
export const canary = (name: string): string => `${name}.${randomBytes(18).toString("base64url")}.Zz`;

/** Base64 of a text that stands anywhere inside another text: by where it begins, without what its neighbours change. */
const embedded = (text: string): string[] =>
  [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString("base64");
    const from = before === 0 ? 0 : 4;
    return whole.slice(from, whole.length - 4);
  });

/** Every form in which a secret may stand somewhere. */
const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString("hex"),
  ...embedded(secret),
  ...embedded(secret).map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
];

/** The names of secrets that stand in a text, in any form, whole or by their first two thirds. */
export function leaksIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  const lower = text.toLowerCase();
  return Object.entries(secrets).flatMap(([name, secret]) => {
    const cut = secret.slice(0, Math.ceil((secret.length * 2) / 3));
    const forms = [...formsOf(secret), ...formsOf(cut)];
    return forms.some((form) => lower.includes(form.toLowerCase())) ? [name] : [];
  });
}
