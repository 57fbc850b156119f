import type { LinkPolicy } from "./rich-text.ts";
import { escaped } from "./safe-text.ts";

/** Addresses in a text; where the policy has no leave for one, Slack must not make a link of it by itself. */
const address = /[a-z][a-z0-9+.-]*:\/\/[^\s<>|()[\]"'`]*/gi;

const defanged = (text: string, allowed: LinkPolicy): string =>
  text.replaceAll(address, (url) => (allowed(url) ? url : url.replaceAll("://", "[:]//")));

const saidBy = (part: object): string | undefined => {
  const { type, text, url, fallback, name, value, label, title, caption } = part as Record<string, unknown>;
  if (type === "date") return String(fallback);
  if (type === "link") return String(text ?? url);
  if (type === "data_visualization" || type === "data_table") return `${String(title ?? caption)}\n`;
  if (typeof text === "string") return text;
  if (typeof name === "string") return `${name}: `;
  return typeof label === "string" && typeof value === "number" ? `${label} ${value}, ` : undefined;
};

/** Each of these ends a line. */
const lines: ReadonlySet<unknown> = new Set([
  ...["rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote", "rich_text"],
  ...["context", "data_visualization"],
]);

const textsIn = (value: unknown, inCell = false): string => {
  if (Array.isArray(value)) {
    const isRow = value.length > 0 && value.every((one) => isCell(one));
    return isRow
      ? `${value.map((cell) => textsIn(cell, true).trim()).join(" | ")}\n`
      : value.map((one) => textsIn(one, inCell)).join("");
  }
  if (typeof value !== "object" || value === null) return "";
  const own = saidBy(value) ?? "";
  const inner = Object.entries(value)
    .filter(([key]) => ["elements", "rows", "chart", "series", "segments", "data"].includes(key))
    .map(([, one]) => textsIn(one, inCell))
    .join("");
  const ends = "type" in value && lines.has(value.type) && !inCell && !inner.endsWith("\n");
  return `${own}${inner}${ends ? "\n" : ""}`;
};

const isCell = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "type" in value &&
  ["raw_text", "raw_number", "rich_text"].includes(String(value.type));

/** What blocks say, as text for notifications and screen readers, in which Slack finds no markup and no foreign link. */
export const textOf = (blocks: readonly unknown[], allowed: LinkPolicy): string =>
  escaped(defanged(blocks.map((block) => textsIn(block)).join(""), allowed)).trim();
