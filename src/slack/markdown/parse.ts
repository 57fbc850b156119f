import type { Nodes, Root, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { drawn } from "./charts.ts";

/** Deeper nesting than people write is an attack on whoever walks the tree: such a text is shown as it is. */
const depthMax = 60;
/** Quotes and lists that one line opens. */
const openedMax = 30;

const opening = new RegExp(String.raw`^(?:[ \t]*(?:>|[-+*][ \t]|\d{1,9}[.)][ \t])){${openedMax}}`, "m");

/** Marks of emphasis in one paragraph or list item: matching them takes the square of their number. */
const emphasesMax = 800;

const isEntangled = (markdown: string): boolean =>
  markdown.split(/\n[ \t]*\n|\n(?=[ \t]*[-+*][ \t]+\S)/).some((part) => {
    const marks = part.length > emphasesMax ? part.match(/\*+|_+|~+/g) : null;
    return marks !== null && marks.length > emphasesMax;
  });

const isDeeper = (tree: Root): boolean => {
  let level: Nodes[] = [tree];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthMax) return true;
    level = level.flatMap((node) => ("children" in node ? (node.children as Nodes[]) : []));
  }
  return false;
};

/** A text as one paragraph, with none of its markup read. */
const unread = (markdown: string): Root => ({
  type: "root",
  children: [{ type: "paragraph", children: [{ type: "text", value: markdown }] }],
});

const charted = (node: RootContent): RootContent =>
  node.type === "code" && node.lang === "chart" ? drawn(node) : node;

const read = (markdown: string): Root | undefined => {
  try {
    return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  } catch (error) {
    // The parser's own passes go down by recursion: thousands of nested emphases exhaust the stack.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/** Markdown as a syntax tree: the one place where text of models and tools is read as markup. */
export const parse = (markdown: string): Root => {
  const tree = opening.test(markdown) || isEntangled(markdown) ? undefined : read(markdown);
  return tree === undefined || isDeeper(tree)
    ? unread(markdown)
    : { ...tree, children: tree.children.map(charted) };
};
