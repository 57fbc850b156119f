import type { KnownBlock } from "@slack/types";
import { asChart, chartRows } from "../markdown/charts.ts";
import { visible } from "../markdown/safe-text.ts";

/** Kinds of blocks that Slack rolls out in phases: a workspace may refuse them. */
const newer: readonly string[] = [
  ...["table", "data_table", "data_visualization", "markdown", "context_actions"],
  ...["alert", "card", "carousel", "container", "plan", "task_card"],
];

const textsIn = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "text" || key === "fallback" || typeof inner === "object" ? textsIn(inner) : [],
  );
};

/** The rows of a table block, or of a chart, as preformatted lines; a block without rows shows nothing in the old way. */
const plainly = (block: object): KnownBlock[] => {
  const chart = asChart(block);
  const rows: unknown[] =
    chart !== undefined ? chartRows(chart) : "rows" in block && Array.isArray(block.rows) ? block.rows : [];
  if (rows.length === 0) return [];
  const lines = rows.map((row) =>
    (Array.isArray(row) ? row : [row]).map((cell) => textsIn(cell).join(" ").trim()).join("  |  "),
  );
  const text = visible(lines.join("\n")) || " ";
  return [
    { type: "rich_text", elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }] },
  ];
};

/** The same blocks without the newer kinds: tables as lines. The very list where it has none of them. */
export const withoutNewer = (blocks: KnownBlock[]): KnownBlock[] =>
  blocks.some(({ type }) => newer.includes(type))
    ? blocks.flatMap((block) => (newer.includes(block.type) ? plainly(block) : [block]))
    : blocks;
