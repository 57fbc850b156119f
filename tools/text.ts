/**
 * Text of tools: for people and models, in Markdown. Whatever others wrote passes one of these before it is put into
 * a sentence, a table or a quote.
 */

/** Controls, marks that turn the direction of writing and characters without width: they hide what a text says. */
const hidden = /(?![\n\t])[\p{Cc}\p{Cf}]/gu;

/** Without hidden characters; line ends become `\n`. */
export const visible = (text: string): string => text.replaceAll(/\r\n?/g, "\n").replaceAll(hidden, "");

/** At most `charsMax` characters, with an ellipsis where something was cut. */
const clip = (text: string, charsMax: number): string =>
  text.length <= charsMax ? text : `${text.slice(0, charsMax - 1).trimEnd()}…`;

/** One line that Markdown shows as it is: in a sentence or a cell of a table. */
export const plain = (text: string, charsMax = 160): string =>
  clip(visible(text).replaceAll(/\s+/g, " ").trim(), charsMax)
    .replaceAll(/[\\`*[\]<>|~]/g, String.raw`\$&`)
    .replaceAll(/(?<!\w)_|_(?!\w)/g, String.raw`\_`);

/** One line that is no Markdown: for cards, labels and messages that are drawn by code. */
export const line = (text: string, charsMax = 160): string =>
  clip(visible(text).replaceAll(/\s+/g, " ").trim(), charsMax);

/** Lines as a block of code that nothing inside can close. */
export function fenced(text: string, kind = ""): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}${kind}\n${text}\n${fence}`;
}

/** Text of others as a quote: every line marked, so that it cannot pass for Steward's own words. */
export const quoted = (text: string, charsMax: number): string =>
  clip(visible(text).trim(), charsMax)
    .split("\n")
    .map((row) => `> ${plain(row, 500)}`.trimEnd())
    .join("\n");

/** A Markdown table. Cells are Markdown already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** A link; the label is Markdown already. */
export const link = (label: string, url: string): string =>
  `[${label}](<${url.replaceAll(/[<>\s]/g, encodeURIComponent)}>)`;

/** `7.1 million`-free numbers: `48,000`. */
export const number = (value: number): string => value.toLocaleString("en-GB", { maximumFractionDigits: 2 });

/** `1 job`, `3 jobs`. */
export const count = (amount: number, noun: string): string =>
  `${number(amount)} ${noun}${amount === 1 ? "" : "s"}`;
