import type { KnownBlock, RichTextBlock } from "@slack/types";
import type { Piece } from "./pieces.ts";

/** Blocks that an answer's words may take on a page: what stands below an answer makes it 45 at most, of Slack's 50. */
const blocksMax = 34;
/** Slack's limits for one message. */
const tablesMax = 1;
const chartsMax = 2;

const empty = { chars: 0, tables: 0, charts: 0, blocks: 0 };

/** Whether a block of its own begins with this piece: neighbouring text shares one. */
const begins = (piece: Piece, before: Piece | undefined): boolean =>
  piece.kind !== "text" || before?.kind !== "text";

const sizeOf = (pieces: readonly Piece[]): typeof empty =>
  pieces.reduce(
    (size, piece, at) => ({
      chars: size.chars + piece.chars,
      tables: size.tables + Number(piece.kind === "table"),
      charts: size.charts + Number(piece.kind === "chart"),
      blocks: size.blocks + Number(begins(piece, pieces[at - 1])),
    }),
    empty,
  );

const fits = (pieces: readonly Piece[], charsMax: number): boolean => {
  const { chars, tables, charts, blocks } = sizeOf(pieces);
  return chars <= charsMax && tables <= tablesMax && charts <= chartsMax && blocks <= blocksMax;
};

/** The pieces in pages, in order, each within Slack's limits. A heading goes with what it heads. */
export const paged = (pieces: readonly Piece[], charsMax: number): Piece[][] => {
  const pages: Piece[][] = [[]];
  for (const piece of pieces) {
    const page = pages.at(-1) ?? [];
    if (page.length === 0 || fits([...page, piece], charsMax)) {
      page.push(piece);
      continue;
    }
    const moved: Piece[] = [];
    while (page.length > 1 && page.at(-1)?.heads === true) moved.unshift(page.pop() as Piece);
    pages.push(fits([...moved, piece], charsMax) ? [...moved, piece] : [piece]);
    if (pages.at(-1)?.length === 1) page.push(...moved);
  }
  return pages;
};

/** A page's pieces as blocks: what is text next to each other is one. */
export const blocksOf = (pieces: readonly Piece[]): KnownBlock[] => {
  const blocks: KnownBlock[] = [];
  let run: RichTextBlock | undefined;
  for (const piece of pieces) {
    if (piece.kind !== "text") {
      run = undefined;
      blocks.push(piece.block);
    } else if (run === undefined) {
      run = { type: "rich_text", elements: [piece.element] };
      blocks.push(run);
    } else run.elements.push(piece.element);
  }
  return blocks;
};
