import { fenced, visible } from "../text.ts";
import type { Diff } from "./shapes.ts";

/** Added and removed lines of one file's change. */
export interface DiffSize {
  added: number;
  removed: number;
}

/** One hunk: its header and its lines. */
interface Hunk {
  header: string;
  lines: string[];
}

export function sizeOf({ diff }: Diff): DiffSize {
  const rows = (diff ?? "").split("\n");
  return {
    added: rows.filter((row) => row.startsWith("+")).length,
    removed: rows.filter((row) => row.startsWith("-")).length,
  };
}

/** The hunks of a file's change, as GitLab gives it. */
export function hunksOf({ diff }: Diff): Hunk[] {
  const hunks: Hunk[] = [];
  for (const row of visible(diff ?? "").split("\n")) {
    if (row.startsWith("@@")) hunks.push({ header: row, lines: [] });
    else if (row !== "" || hunks.length === 0) hunks.at(-1)?.lines.push(row);
  }
  return hunks;
}

/** A hunk as a block of code that nothing in it can close. */
export const hunkBlock = ({ header, lines }: Hunk): string => fenced([header, ...lines].join("\n"), "diff");

/** ` (new)`, ` (deleted)`, ` (was old/path.ts)`. */
export const changeWords = (diff: Diff): string => {
  if (diff.new_file) return " (new)";
  if (diff.deleted_file) return " (deleted)";
  return diff.old_path === diff.new_path ? "" : " (renamed)";
};
