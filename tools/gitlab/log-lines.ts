import { stripVTControlCharacters } from "node:util";

/** One line of a job's log as a reader sees it; `n` is its number in the log that was read, from 1. */
export interface LogLine {
  n: number;
  text: string;
  /** The runner's foldable part it stands in; empty outside of any. */
  section: string;
}

/** Characters of a line that are read: a line of megabytes is cut, so that looking through it stays cheap. */
const lineCharsMax = 1000;

const marker = /section_(start|end):\d+:([\w.-]+)(?:\[[^\]\r\n]{0,200}\])?\r?/g;
/** What runners put before each line when time stamps are switched on. */
const stamp = /^\d{4}-\d\d-\d\dT[\d:.]+Z \d{2}[OE][+ ]?/;

/**
 * A log without colours, section markers and overwritten progress. Line numbers are those of the log itself, so that
 * they match what GitLab shows.
 */
export function cleanLog(raw: string): LogLine[] {
  const open: string[] = [];
  const rows = raw.split("\n").map((row, index): LogLine => {
    const text = row.slice(0, lineCharsMax).replace(marker, (_, kind: string, name: string) => {
      if (kind === "start") open.push(name);
      else if (open.includes(name)) open.length = open.indexOf(name);
      return "";
    });
    return { n: index + 1, text: shown(text), section: open[0] ?? "" };
  });
  if (rows.at(-1)?.text === "") rows.pop();
  return rows;
}

/** What is left on the screen after colours and carriage returns. */
function shown(row: string): string {
  const parts = stripVTControlCharacters(row.replace(stamp, "")).split("\r");
  return (parts.findLast((part) => part.trim() !== "") ?? "").trimEnd();
}
