import type { Json, JsonObject } from "../../src/core/json.ts";
import { count, fenced, number, plain, table, visible } from "../text.ts";

/** Columns of a table; further fields of a row are in its full form. */
const columnsMax = 8;
const cellCharsMax = 120;
const valueCharsMax = 600;
/** Fields of one thing that are listed. */
const factsMax = 40;

/** `close_date`, `closeDate` as a heading: `Close date`. */
export const heading = (name: string): string => {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[_.-]+/g, " ")
    .trim()
    .toLowerCase();
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
};

const isRecord = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** One value on one line. */
const cell = (value: Json | undefined, charsMax = cellCharsMax): string => {
  if (value === undefined || value === null || value === "") return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) > 9_999 ? number(value) : String(value);
  if (typeof value === "string") return plain(value, charsMax);
  if (Array.isArray(value) && value.every((one) => typeof one !== "object" || one === null)) {
    return plain(value.map((one) => String(one)).join(", "), charsMax);
  }
  return plain(JSON.stringify(value), charsMax);
};

/** A list of things as a table, of values as lines. */
function listed(rows: readonly Json[]): string {
  if (!rows.every(isRecord)) return rows.map((row) => `- ${cell(row, valueCharsMax)}`).join("\n");
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, columnsMax);
  return table(
    columns.map((name) => plain(heading(name), 40)),
    rows.map((row) => columns.map((name) => cell(row[name]))),
  );
}

const facts = (value: JsonObject): string =>
  Object.entries(value)
    .slice(0, factsMax)
    .map(([name, inner]) =>
      Array.isArray(inner) && inner.some(isRecord)
        ? `**${plain(heading(name), 60)}**\n\n${listed(inner)}`
        : `- **${plain(heading(name), 60)}**: ${cell(inner, valueCharsMax)}`,
    )
    .join("\n");

/** What is shown of a list, and how much more there is. */
export interface Rows {
  rows: readonly Json[];
  /** Where it is known. */
  total: number | undefined;
  /** There are more, however many. */
  more: boolean;
}

/** A reply as Markdown. Whatever it says stands in it as data: escaped, in one line each. */
export function rendered(value: Json | undefined): string {
  if (value === undefined || value === null) return "Nothing.";
  if (Array.isArray(value)) return listed(value);
  if (isRecord(value)) return facts(value);
  return typeof value === "string" && value.includes("\n")
    ? fenced(visible(value))
    : cell(value, valueCharsMax);
}

/** A list as Markdown: shown and total, and how to see the rest. */
export function renderedRows({ rows, total, more }: Rows, narrowBy: readonly string[]): string {
  if (rows.length === 0) return "None.";
  const all = total ?? (more ? undefined : rows.length);
  const shown =
    all === undefined
      ? `The first ${count(rows.length, "row")}; there are more.`
      : all > rows.length
        ? `${number(rows.length)} of ${number(all)} shown.`
        : `${count(rows.length, "row")}.`;
  const partial = more || (all !== undefined && all > rows.length);
  const hint = partial && narrowBy.length > 0 ? ` Narrow it by ${narrowBy.join(", ")}.` : "";
  return `${shown}${hint}\n\n${listed(rows)}`;
}
