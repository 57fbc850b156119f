import type { DataTableBlock, RichTextBlock, TableBlock } from "@slack/types";
import type { Table, TableCell } from "mdast";
import type { AnswerWords } from "../words/answer-words.ts";
import { plain } from "./plain.ts";
import { inline, section, type Inline, type Look } from "./rich-text.ts";
import { clip, visible } from "./safe-text.ts";

/** Rows of a table that stand in a message; the rest is in the file. */
const rowsShownMax = 10;
/** Slack's limit. */
const columnsMax = 20;
/** Slack takes 10,000 characters over all cells: neither one cell nor one row may eat them. */
const cellCharsMax = 700;
const rowCharsMax = 6_000;
const headCharsMax = 100;

const columnsOf = (node: Table): number => Math.max(...node.children.map((row) => row.children.length), 1);
const roomOf = (columns: number): number =>
  Math.min(cellCharsMax, Math.floor(rowCharsMax / Math.min(columns, columnsMax)));

const saidIn = (cell: TableCell | undefined): string =>
  cell === undefined ? "" : visible(plain(cell)).trim();

/** A table's rows as text, each as long as the head: what a file holds. */
export const textRows = (node: Table): string[][] => {
  const columns = columnsOf(node);
  return node.children.map((row) => Array.from({ length: columns }, (_, at) => saidIn(row.children[at])));
};

/** Whether a message shows less than all of it: then the whole is a file. */
export const needsFile = (node: Table): boolean => {
  const [head, ...rows] = node.children;
  const columns = columnsOf(node);
  const room = roomOf(columns);
  return (
    rows.length > rowsShownMax ||
    columns > columnsMax ||
    (head?.children ?? []).some((cell) => saidIn(cell).length > headCharsMax) ||
    rows.some((row) => row.children.some((cell) => saidIn(cell).length > room))
  );
};

type Cell = { type: "raw_text"; text: string } | RichTextBlock;

/** A cell as text where that says it all; links and dates need rich text. Slack refuses an empty one: a space. */
const cellOf = (cell: TableCell | undefined, look: Look, room: number): Cell => {
  const elements: Inline[] = cell === undefined ? [] : inline(cell.children, look);
  const label = saidIn(cell);
  // A link that may not be live names its address, where there is room for it.
  const whole = elements
    .map((element) => (element.type === "text" ? element.text : ""))
    .join("")
    .trim();
  const rich = elements.some((element) => element.type === "link" || element.type === "date");
  if (rich && label.length <= room) return { type: "rich_text", elements: [section(elements)] };
  const said = rich || whole.length > room ? label : whole;
  return { type: "raw_text", text: clip(said, room) || " " };
};

export interface DrawnTable {
  block: TableBlock | DataTableBlock;
  /** Of its cells. */
  chars: number;
}

interface Row {
  cells: Cell[];
  chars: number;
}

const rowOf = (cells: readonly TableCell[], columns: number, look: Look): Row => ({
  cells: Array.from({ length: columns }, (_, at) => cellOf(cells[at], look, roomOf(columns))),
  chars: cells.reduce((sum, cell) => sum + Math.min(saidIn(cell).length, roomOf(columns)), 0),
});

const headOf = (cells: readonly TableCell[], columns: number): Row => ({
  cells: Array.from({ length: columns }, (_, at) => ({
    type: "raw_text",
    text: clip(saidIn(cells[at]), headCharsMax) || " ",
  })),
  chars: cells.reduce((sum, cell) => sum + Math.min(saidIn(cell).length, headCharsMax), 0),
});

/** The rows in groups that fit a message, each to go below the head once more. */
const grouped = (rows: readonly Row[], room: number): Row[][] => {
  const groups: Row[][] = [];
  let left = 0;
  for (const row of rows) {
    if (groups.length === 0 || row.chars > left) {
      groups.push([]);
      left = room;
    }
    groups.at(-1)?.push(row);
    left -= row.chars;
  }
  return groups.length === 0 ? [[]] : groups;
};

/**
 * A table as blocks, of at most so many characters each: whole where it is small, else its first rows with a caption
 * that says so, sortable. Rows too long for one message go on in the next, below the head again.
 */
export const drawTable = (node: Table, look: Look, words: AnswerWords, charsMax: number): DrawnTable[] => {
  const [first, ...body] = node.children;
  const columns = Math.min(columnsOf(node), columnsMax);
  const head = headOf(first?.children ?? [], columns);
  const shown = body.slice(0, rowsShownMax).map((row) => rowOf(row.children, columns, look));
  const large = body.length > rowsShownMax;
  return grouped(shown, charsMax - head.chars).map((rows) => {
    const cells = [head, ...rows].map((row) => row.cells);
    const chars = [head, ...rows].reduce((sum, row) => sum + row.chars, 0);
    const block: TableBlock | DataTableBlock = large
      ? {
          type: "data_table",
          caption: words.firstRows(String(rowsShownMax), String(body.length)),
          rows: cells,
          page_size: rowsShownMax,
        }
      : {
          type: "table",
          rows: cells,
          column_settings: Array.from({ length: columns }, (_, at) => {
            const align = node.align?.[at];
            return { is_wrapped: true, ...(align !== null && align !== undefined && { align }) };
          }),
        };
    return { block, chars };
  });
};
