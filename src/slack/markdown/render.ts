import type { KnownBlock, RichTextBlock, RichTextBlockElement } from "@slack/types";
import type { RootContent, Table } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { inline, type Inline, listElements, type LinkPolicy, plain, section } from "./rich-text.ts";
import { clip, visible } from "./safe-text.ts";

/** Rows and columns of a table in a message; Slack's own limits are 100 x 20 and 10,000 characters. */
const tableRowsMax = 30;
const tableColumnsMax = 10;
const tableCharsMax = 9_000;
/** Blocks of one answer; Slack's limit is 50, cards and footers need some. */
const blocksMax = 40;
/** Characters of one answer that are shown; Slack's whole-message ceiling is about 13,000. */
const answerCharsMax = 11_000;

interface TableBlock {
  type: "table";
  rows: { type: "raw_text"; text: string }[][];
  column_settings?: { is_wrapped: boolean }[];
}

/** A table as Slack's block. Empty cells are a space, since Slack refuses empty text. */
const table = (node: Table): TableBlock => {
  let left = tableCharsMax;
  const rows = node.children.slice(0, tableRowsMax).map((row) =>
    row.children.slice(0, tableColumnsMax).map((cell) => {
      const text = clip(visible(plain(cell)), Math.max(1, Math.min(left, 300)));
      left -= text.length;
      return { type: "raw_text" as const, text: text === "" ? " " : text };
    }),
  );
  const columns = rows[0]?.length ?? 0;
  return {
    type: "table",
    rows: rows.map((row) => [
      ...row,
      ...Array.from({ length: Math.max(0, columns - row.length) }, () => ({
        type: "raw_text" as const,
        text: " ",
      })),
    ]),
    column_settings: Array.from({ length: columns }, () => ({ is_wrapped: true })),
  };
};

/** Slack takes one table a message; a further one becomes preformatted lines. */
const tableAsText = (node: Table): RichTextBlockElement => ({
  type: "rich_text_preformatted",
  elements: [
    {
      type: "text",
      text: node.children
        .slice(0, tableRowsMax)
        .map((row) => row.children.map((cell) => visible(plain(cell))).join("  |  "))
        .join("\n"),
    },
  ],
});

const element = (node: RootContent, allowed: LinkPolicy): RichTextBlockElement[] => {
  switch (node.type) {
    case "heading":
      return [section([...inline(node.children, allowed, { bold: true }), newline])];
    case "paragraph":
      return [section([...inline(node.children, allowed), newline])];
    case "list":
      return listElements(node, allowed);
    case "code":
      return [
        { type: "rich_text_preformatted", elements: [{ type: "text", text: visible(node.value) || " " }] },
      ];
    case "blockquote": {
      const lines = node.children.flatMap((child, index): Inline[] => [
        ...(index === 0 ? [] : [newline]),
        ...("children" in child && child.type === "paragraph"
          ? inline(child.children, allowed)
          : [{ type: "text" as const, text: visible(plain(child)) || " " }]),
      ]);
      return [{ type: "rich_text_quote", elements: lines }];
    }
    case "thematicBreak":
    case "definition":
    case "yaml":
      return [];
    default:
      return [section([{ type: "text", text: visible(plain(node)) || " " }, newline])];
  }
};

const newline: Inline = { type: "text", text: "\n" };

/** The last line break that still fits; text of one long line is cut within it. */
const cutAt = (markdown: string): number => {
  const at = markdown.lastIndexOf("\n", answerCharsMax);
  return at > 0 ? at : answerCharsMax;
};

/**
 * Markdown (a model's words, a tool's output) to Slack blocks, by way of its syntax tree: nothing of it can become a
 * mention, an image, an unfurled or foreign link, or markup of ours. Longer than a message holds: cut at a block, and
 * said so.
 */
export const renderMarkdown = (markdown: string, allowed: LinkPolicy): KnownBlock[] => {
  const cut = markdown.length > answerCharsMax;
  const tree = fromMarkdown(cut ? markdown.slice(0, cutAt(markdown)) : markdown, {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
  const blocks: KnownBlock[] = [];
  let run: RichTextBlockElement[] = [];
  let tables = 0;
  const flush = (): void => {
    if (run.length > 0) blocks.push({ type: "rich_text", elements: run } as RichTextBlock);
    run = [];
  };
  for (const node of tree.children) {
    if (node.type === "table" && tables === 0) {
      flush();
      tables++;
      blocks.push(table(node) as unknown as KnownBlock);
    } else if (node.type === "table") run.push(tableAsText(node));
    else run.push(...element(node, allowed));
  }
  flush();
  const shown = blocks.slice(0, blocksMax);
  if (cut || shown.length < blocks.length) {
    shown.push({
      type: "rich_text",
      elements: [section([{ type: "text", text: cutNotice, style: { italic: true } }])],
    });
  }
  return shown.length > 0 ? shown : [{ type: "rich_text", elements: [section([])] }];
};

const cutNotice = "The rest does not fit into one message. Ask for a narrower part to see it.";

/** The same as one line of plain text, for notifications and screen readers. */
export const fallbackText = (markdown: string): string => {
  const tree = fromMarkdown(clip(markdown, 3_000), {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
  return tree.children
    .map(plain)
    .filter((line) => line !== "")
    .join("\n");
};
