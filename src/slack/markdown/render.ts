import type { KnownBlock } from "@slack/types";
import type { Definition, Root } from "mdast";
import type { Language } from "../../core/language.ts";
import { answerWords } from "../words/answer-words.ts";
import { withClaims } from "./claims.ts";
import { textOf } from "./fallback.ts";
import type { Known } from "./facts.ts";
import { blocksOf, paged } from "./pages.ts";
import { parse } from "./parse.ts";
import { piecesOf, type PieceOptions } from "./pieces.ts";
import { plain } from "./plain.ts";
import { type LinkPolicy, type Look, unsourcedMark } from "./rich-text.ts";
import { clip } from "./safe-text.ts";
import { needsFile } from "./tables.ts";

/** Characters of a page; Slack's ceiling for a whole message is about 12,000. */
const pageCharsMax = 9_000;
/** Characters of the text that notifications and screen readers get; Slack refuses more than 4,000 in an edit. */
const textCharsMax = 3_000;

/** How an answer is to be drawn. */
export interface RenderOptions {
  allowed: LinkPolicy;
  language?: Language;
  /** Given for a model's own words: citations become links to their sources, claims without one are marked. */
  known?: Known;
  /** Sentences of code below the words, each a paragraph; no claims. */
  notes?: readonly string[];
  /** Where the files of large tables go. */
  files?: "here" | "direct";
  charsMax?: number;
}

/** One message's worth of an answer. */
export interface Page {
  blocks: KnownBlock[];
  /** What the blocks say, escaped. */
  text: string;
  /** Sentences on it are marked as naming no source. */
  marked: boolean;
}

const definitionsOf = (tree: Root): Map<string, Definition> =>
  new Map(
    tree.children.flatMap((node) =>
      node.type === "definition" ? [[node.identifier, node] as [string, Definition]] : [],
    ),
  );

const lookOf = (tree: Root, { allowed, known }: RenderOptions): Look => {
  const urls = new Map(known?.sources.map(({ call, links }) => [call, links[0]?.url]));
  return { allowed, definitions: definitionsOf(tree), urlOf: (call) => urls.get(call) };
};

/**
 * Markdown (a model's words, a tool's output) to pages of Slack blocks, by way of its syntax tree: nothing of it can
 * become a mention, an image, a foreign or unfurled link, or markup of ours. Everything is shown: what does not fit one
 * message goes on in the next, split at paragraphs.
 */
export const renderPages = (markdown: string, options: RenderOptions): Page[] => {
  const { allowed, known, files, charsMax = pageCharsMax } = options;
  const tree = parse(markdown);
  const pieceOptions: PieceOptions = {
    look: lookOf(tree, options),
    words: answerWords(options.language ?? "en"),
    charsMax,
    // Told from the text as it is stored: from the same text the files themselves are made.
    large: tree.children.flatMap((node) => (node.type === "table" ? [needsFile(node)] : [])),
    ...(files !== undefined && { files }),
  };
  const said = known === undefined ? tree : withClaims(tree, known);
  const notes = parse((options.notes ?? []).join("\n\n"));
  const pieces = [...piecesOf(said, pieceOptions), ...piecesOf(notes, { ...pieceOptions, large: [] })];
  return paged(pieces, charsMax)
    .map(blocksOf)
    .filter((blocks) => blocks.length > 0)
    .map((blocks) => {
      const text = textOf(blocks, allowed);
      const marked = known !== undefined && text.includes(unsourcedMark);
      return { blocks, text: clip(text, textCharsMax), marked };
    });
};

/** What Markdown says, in one text without markup. */
export const fallbackText = (markdown: string): string =>
  parse(clip(markdown, textCharsMax))
    .children.map((node) => (node.type === "chart" ? node.block.title : plain(node)))
    .filter((line) => line !== "")
    .join("\n");
