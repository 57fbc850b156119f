import type { PhrasingContent, Root, RootContent } from "mdast";
import { plain } from "./plain.ts";

/** Sources that a sentence names: `[1]` or `[1, 3]`. */
interface Citation {
  type: "citation";
  calls: number[];
}

/** The place after a sentence, or a table, that states something and names no source. */
export interface Unsourced {
  type: "unsourced";
}

declare module "mdast" {
  interface PhrasingContentMap {
    citation: Citation;
    unsourced: Unsourced;
  }
  interface RootContentMap {
    citation: Citation;
    unsourced: Unsourced;
  }
}

/** `[2]` or `[1, 3]` as models write them, with the space before. */
const written = /[ \t]*\[(\d{1,2}(?:\s*[,;]\s*\d{1,2})*)\]/g;

const cite = (text: string): Citation => ({
  type: "citation",
  calls: [...new Set((text.match(/\d+/g) ?? []).map(Number))],
});

/** Whether a link's or reference's own text is a source's number: models also write `[1](url)` and `[1]: url`. */
const isNumber = (nodes: readonly PhrasingContent[]): boolean => {
  const [only, ...others] = nodes;
  return only?.type === "text" && others.length === 0 && /^\^?\d{1,2}$/.test(only.value);
};

const inText = (value: string): PhrasingContent[] => {
  const parts: PhrasingContent[] = [];
  let from = 0;
  for (const match of value.matchAll(written)) {
    const before = value.slice(from, match.index);
    const after = value.slice(match.index + match[0].length);
    // `list[1].name` is code that somebody forgot to quote.
    if (/\w$/.test(before) && match[0].startsWith("[") && /^\.?\w/.test(after)) continue;
    if (before !== "") parts.push({ type: "text", value: before });
    parts.push(cite(match[0]));
    from = match.index + match[0].length;
  }
  const rest = value.slice(from);
  return rest === "" ? parts : [...parts, { type: "text", value: rest }];
};

const inPhrase = (node: PhrasingContent): PhrasingContent[] => {
  switch (node.type) {
    case "text":
      return inText(node.value);
    case "link":
      return isNumber(node.children) ? [cite(plain(node))] : [node];
    case "linkReference":
      return isNumber(node.children) ? [cite(`${plain(node)} ${node.label ?? ""}`)] : [node];
    case "footnoteReference":
      return /^\d{1,2}$/.test(node.identifier) ? [cite(node.identifier)] : [node];
    case "strong":
    case "emphasis":
    case "delete":
      return [{ ...node, children: node.children.flatMap(inPhrase) }];
    default:
      return [node];
  }
};

/** Citations bring their own space: what stood before one goes. */
const tight = (nodes: readonly PhrasingContent[]): PhrasingContent[] =>
  nodes.map((node, index) =>
    node.type === "text" && nodes[index + 1]?.type === "citation"
      ? { ...node, value: node.value.trimEnd() }
      : node,
  );

const inBlock = (node: RootContent): RootContent => {
  if (!("children" in node)) return node;
  switch (node.type) {
    case "paragraph":
    case "heading":
    case "tableCell":
      return { ...node, children: tight(node.children.flatMap(inPhrase)) };
    default:
      return { ...node, children: (node.children as RootContent[]).map(inBlock) } as RootContent;
  }
};

/** The tree with the source numbers in its sentences as nodes of their own. Code is left alone. */
export const withCitations = (tree: Root): Root => ({ ...tree, children: tree.children.map(inBlock) });
