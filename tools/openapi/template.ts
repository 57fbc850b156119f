import type { Json } from "../../src/core/json.ts";
import { line } from "../text.ts";

/** Text with places in braces: `Retry payout {id} of {amount} {currency}`; `{@id}` is an argument by the document's own name. */
export interface Template {
  text: string;
  /** Names in braces, each once. */
  names: string[];
}

const place = /\{(@[^}]+|[\w.-]+)\}/g;

export const parseTemplate = (text: string): Template => ({
  text,
  names: [...new Set([...text.matchAll(place)].map(([, name]) => name ?? ""))],
});

/** A value as one line of words; `none` for what is not there. */
export const wordsOf = (value: Json | undefined, charsMax = 200): string =>
  value === undefined || value === null || value === ""
    ? "none"
    : line(typeof value === "string" ? value : JSON.stringify(value), charsMax);

/** The text with its places filled, in one line. */
export const filled = ({ text }: Template, values: Readonly<Record<string, Json | undefined>>): string =>
  text.replaceAll(place, (_, name: string) => wordsOf(values[name]));

/** The value a template stands for: alone in its braces a name keeps its type, else it is text. Nothing where it is not there. */
export function valueOf(text: string, values: Readonly<Record<string, Json | undefined>>): Json | undefined {
  const [only] = parseTemplate(text).names;
  if (only !== undefined && text === `{${only}}`) return values[only];
  return text.replaceAll(place, (_, name: string) => {
    const value = values[name];
    return typeof value === "string" ? value : JSON.stringify(value ?? "");
  });
}
