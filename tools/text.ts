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

/** How much an answer tells: short unless somebody asks for all of it. */
export type Detail = "short" | "full";

/** Tokens (o200k) that an answer may cost, by how much it tells. */
export const answerTokensMax: Record<Detail, number> = { short: 4000, full: 12_000 };

/** Words, runs of capitals, numbers, white space, single signs, and runs of one script: what a tokenizer cuts first. */
const pieces =
  /[A-Z]?[a-z]+|[A-Z]+|\d+|[^\S\n]+|[\p{ASCII}]|[\u0080-\u07FF]+|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Devanagari}]+|./gsu;

/** Tokens of one piece, by what o200k was seen to make of random ones: rather too many than too few. */
function tokensOfPiece(piece: string): number {
  const { length } = piece;
  const first = piece.codePointAt(0) ?? 0;
  if (first > 0x7ff) return length === 1 || first > 0xffff ? 3 : Math.ceil(length * 1.2);
  if (first > 0x7f) return Math.ceil(length * 0.95);
  if (/^\d/.test(piece)) return Math.ceil(length / 3);
  if (/^[^\S\n]/.test(piece)) return length === 1 ? 0 : 1;
  if (/^[A-Z]{2}/.test(piece)) return Math.ceil(length / 1.7);
  if (length <= 6) return 1;
  return length <= 12 ? 2 : Math.ceil(length / 1.8);
}

/**
 * About how many tokens a text costs, rather too many, so that no tokenizer need be loaded for it. Only of letters
 * without any sense (keys, passwords) there may be more.
 */
export function tokensAbout(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(pieces)) tokens += tokensOfPiece(piece);
  return Math.ceil(tokens * 1.1);
}

/**
 * A Markdown answer within what its detail allows: cut at the end of a line, a block of code closed, and `narrower`
 * (one sentence) says how to see the rest.
 */
export function sized(text: string, detail: Detail, narrower: string): string {
  const end = `\n\nThe rest is cut off here. ${narrower}`;
  let left = answerTokensMax[detail] - tokensAbout(end) - 5;
  if (tokensAbout(text) <= left) return text;
  const kept: string[] = [];
  let fence = "";
  for (const row of text.split("\n")) {
    left -= tokensAbout(row) + 1;
    if (left < 0) break;
    kept.push(row);
    const [ticks = ""] = /^`{3,}/.exec(row) ?? [];
    if (fence === "") fence = ticks;
    else if (row === fence) fence = "";
  }
  return `${kept.join("\n").trimEnd()}${fence === "" ? "" : `\n${fence}`}${end}`;
}
