import type { KnownBlock, RichTextBlockElement } from "@slack/types";
import type { Root, RootContent } from "mdast";
import type { AnswerWords } from "../words/answer-words.ts";
import { plain } from "./plain.ts";
import { elementsOf, type Look, section } from "./rich-text.ts";
import { splitElement } from "./split.ts";
import { drawTable } from "./tables.ts";

/** A part of an answer that stands on one page: an element of rich text, or a block of its own. */
export type Piece = { chars: number; /** Stays with what follows. */ heads: boolean } & (
  | { kind: "text"; element: RichTextBlockElement }
  | { kind: "table" | "chart" | "other"; block: KnownBlock }
);

export interface PieceOptions {
  look: Look;
  words: AnswerWords;
  charsMax: number;
  /** Where the files of large tables go; none: nobody asked for them. */
  files?: "here" | "direct";
  /** Whether a table is too large for a message, by its place among the text's tables. */
  large: readonly boolean[];
}

const textPieces = (elements: readonly RichTextBlockElement[], charsMax: number, heads: boolean): Piece[] =>
  elements.flatMap((element) =>
    splitElement(element, charsMax).map(({ element: part, chars }): Piece => ({
      kind: "text",
      element: part,
      chars,
      heads,
    })),
  );

const note = (text: string): RichTextBlockElement =>
  section([
    { type: "text", text, style: { italic: true } },
    { type: "text", text: "\n" },
  ]);

/** A heading, or a line that announces what follows. */
const leads = (node: RootContent): boolean =>
  node.type === "heading" || (node.type === "paragraph" && plain(node).trimEnd().endsWith(":"));

const pieceOf = (node: RootContent, options: PieceOptions, large: boolean): Piece[] => {
  const { look, words, charsMax, files } = options;
  switch (node.type) {
    case "chart":
      // Slack's types do not know this kind of block yet.
      return [
        {
          kind: "chart",
          block: node.block as unknown as KnownBlock,
          chars: JSON.stringify(node.block).length,
          heads: false,
        },
      ];
    case "table": {
      const tables = drawTable(node, look, words, charsMax).map(({ block, chars }): Piece => ({
        kind: "table",
        block,
        chars,
        heads: false,
      }));
      if (files === undefined || !large) return tables;
      const where = files === "here" ? words.tableHere : words.tableDirect;
      return [...tables, ...textPieces([note(where)], charsMax, false)];
    }
    case "thematicBreak":
      return [{ kind: "other", block: { type: "divider" }, chars: 0, heads: false }];
    default:
      return textPieces(elementsOf(node, look), charsMax, leads(node));
  }
};

/** An answer's tree as pieces, none longer than a page. */
export const piecesOf = (tree: Root, options: PieceOptions): Piece[] => {
  let tables = 0;
  return tree.children.flatMap((node) => {
    const large = node.type === "table" && options.large[tables++] === true;
    return pieceOf(node, options, large);
  });
};
