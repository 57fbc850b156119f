import { TerminalError } from "../../src/core/errors.ts";
import { line, visible } from "../text.ts";
import type { RepositoryFile } from "./shapes-code.ts";

/** Lines of a file, from 1, both ends included. */
export interface Span {
  from: number;
  to: number;
}

/** Characters of one line: minified files have lines of megabytes. */
const lineCharsMax = 400;

/** `40-80`, `40` or `40 to 80`. Throws with the form it takes. */
export function spanOf(text: string): Span {
  const found = /^(?:lines?\s*)?L?(\d{1,7})(?:\s*(?:-|–|to|\.\.)\s*L?(\d{1,7}))?$/i.exec(text.trim());
  const from = Number(found?.[1]);
  const to = Number(found?.[2] ?? found?.[1]);
  if (found && from >= 1 && to >= from) return { from, to };
  throw new TerminalError("bad_argument", `'${line(text, 40)}' are no lines: expected such as 40-80.`);
}

/** The file as text, whatever it is sent as; undefined where it is none. */
export function textOf({ content, encoding }: RepositoryFile): string | undefined {
  const bytes = Buffer.from(content, encoding === "base64" ? "base64" : "utf8");
  return bytes.subarray(0, 8000).includes(0) ? undefined : bytes.toString("utf8");
}

/** Its lines for showing: no hidden characters, none of endless length; undefined where it is no text. */
export function linesOf(file: RepositoryFile): string[] | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  const rows = visible(text).split("\n");
  if (rows.at(-1) === "") rows.pop();
  return rows.map((row) => (row.length > lineCharsMax ? `${row.slice(0, lineCharsMax)} …` : row));
}
