import type { Table } from "mdast";
import { parse } from "./parse.ts";
import { needsFile, textRows } from "./tables.ts";
import { visible } from "./safe-text.ts";

/**
 * What a spreadsheet would run as a formula: after a sign or a control character at the cell's beginning, also behind
 * spaces. A plain negative number is none.
 */
const formula = /^\s*[=+\-@\t\r|%＝＋－＠]/u;
const plainNumber = /^-?\d[\d., ]*%?$/;

const cellOf = (text: string): string => {
  const shown = visible(text);
  const safe = formula.test(shown) && !plainNumber.test(shown) ? `'${shown}` : shown;
  // Tabs and semicolons end a cell as well where a spreadsheet is set so: what follows would be a cell of its own.
  return /[",;\t\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Rows as CSV (RFC 4180), in UTF-8 that spreadsheets recognise, with no cell that they would run. */
const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((row) => row.map(cellOf).join(",")).join("\r\n")}\r\n`;

/** Files of one answer at most; the last holds all tables that are left. */
const filesMax = 5;

const large = (markdown: string): Table[] =>
  parse(markdown).children.flatMap((node) => (node.type === "table" && needsFile(node) ? [node] : []));

/** No table without its line of dashes, and no chart without its fence: most answers need no parsing for that. */
const mayHold = (markdown: string): boolean =>
  markdown
    .split("\n")
    .some((line) => (line.includes("-") && /^[\s>|:-]+$/.test(line)) || /^\s*[`~]{3,}\s*chart/.test(line));

/** How many files an answer brings: one for each table too large for a message. */
export const countFiles = (markdown: string): number =>
  mayHold(markdown) ? Math.min(large(markdown).length, filesMax) : 0;

/** One of these files: how many rows it has without the heads, and its text. `undefined`: there is no such file. */
export const fileOf = (markdown: string, index: number): { rows: number; csv: string } | undefined => {
  const tables = large(markdown);
  const own = index === filesMax - 1 ? tables.slice(index) : tables.slice(index, index + 1);
  if (own.length === 0) return undefined;
  const rows = own.reduce((sum, table) => sum + table.children.length - 1, 0);
  return { rows, csv: csvOf(own.flatMap((table, at) => [...(at === 0 ? [] : [[]]), ...textRows(table)])) };
};
