import type { List, Paragraph, PhrasingContent, Root, RootContent, Table } from "mdast";
import { plain } from "./plain.ts";
import { statesFact, type Known } from "./facts.ts";
import { withCitations, type Unsourced } from "./citations.ts";

/** Ends of sentences: a mark, perhaps closed by a quote, a space, and something that begins one. */
const sentenceEnd = /[.!?…]["'”’»)]*(?=\s+["'“‘«(¿¡!#]*[\p{Lu}\p{N}])/gu;
/** After these a full stop ends no sentence; a single capital is somebody's initial. */
const abbreviation =
  /(?:^|[\s(])(?:e\.g|i\.e|z\. ?b|u\. ?a|p\. ?ex|p\. ?ej|etc|bzw|ca|nr|no|mr|mrs|dr|st|vs|approx)\.$/iu;
const initial = /(?:^|[\s(])\p{Lu}\.$/u;

/** Offsets at which sentences end, the last one at the text's end. */
const endsOf = (text: string): number[] => {
  const ends = [...text.matchAll(sentenceEnd)]
    .map((match) => match.index + match[0].length)
    .filter((end) => !abbreviation.test(text.slice(0, end)) && !initial.test(text.slice(0, end)));
  return [...ends, text.trimEnd().length];
};

const mark: Unsourced = { type: "unsourced" };

interface Piece {
  node: PhrasingContent;
  from: number;
  to: number;
}

const laidOut = (children: readonly PhrasingContent[]): { text: string; pieces: Piece[] } => {
  let text = "";
  const pieces = children.map((node): Piece => {
    const from = text.length;
    text += node.type === "citation" ? "" : node.type === "break" ? "\n" : plain(node);
    return { node, from, to: text.length };
  });
  return { text, pieces };
};

interface Cited {
  at: number;
  calls: number[];
}

const citesIn = (node: PhrasingContent, at: number): Cited[] => {
  if (node.type === "citation") return [{ at, calls: node.calls }];
  return "children" in node
    ? (node.children as PhrasingContent[]).flatMap((child) => citesIn(child, at))
    : [];
};

/** A citation that stands after a sentence's full stop belongs to that sentence. */
const sentenceOf = (ends: readonly number[], text: string, at: number): number => {
  const index = ends.findIndex((end) => at <= end);
  const own = index === -1 ? ends.length - 1 : index;
  const begin = own === 0 ? 0 : (ends[own - 1] ?? 0);
  return own > 0 && text.slice(begin, at).trim() === "" ? own - 1 : own;
};

/** The nodes with marks at these offsets; only plain text is cut for one. */
const inserted = (pieces: readonly Piece[], marks: readonly number[]): PhrasingContent[] =>
  pieces.flatMap(({ node, from, to }): PhrasingContent[] => {
    const inside = marks.filter((at) => at > from && at <= to);
    const last = inside.at(-1);
    if (last === undefined) return [node];
    if (node.type !== "text") return [node, mark];
    const parts = inside.flatMap((at, index): PhrasingContent[] => [
      { type: "text", value: node.value.slice((inside[index - 1] ?? from) - from, at - from) },
      mark,
    ]);
    const rest = node.value.slice(last - from);
    return rest === "" ? parts : [...parts, { type: "text", value: rest }];
  });

/** Marks what an answer states without naming its source. */
class Marker {
  readonly #states: (sentence: string) => boolean;
  readonly #calls: ReadonlySet<number>;

  constructor(known: Known) {
    this.#states = statesFact(known);
    this.#calls = new Set(known.sources.map(({ call }) => call));
  }

  /** Citations of calls that there were; one that names no call is none. */
  #sound<T extends PhrasingContent>(nodes: readonly T[]): T[] {
    return nodes.flatMap((node): T[] => {
      if (node.type === "citation") {
        const calls = node.calls.filter((call) => this.#calls.has(call));
        return calls.length === 0 ? [] : [{ ...node, calls }];
      }
      return "children" in node
        ? [{ ...node, children: this.#sound(node.children as PhrasingContent[]) } as T]
        : [node];
    });
  }

  #isCited(nodes: readonly PhrasingContent[]): boolean {
    return nodes.some((node) =>
      citesIn(node, 0).some(({ calls }) => calls.some((call) => this.#calls.has(call))),
    );
  }

  /** `covered`: the line before names the source of all this. */
  paragraph(node: Paragraph, covered: boolean): { node: Paragraph; cited: boolean } {
    const { text, pieces } = laidOut(node.children);
    const ends = endsOf(text);
    const cites = pieces.flatMap(({ node: one, from }) => citesIn(one, from));
    const good = new Set<number>();
    const bad = new Set<number>();
    for (const { at, calls } of cites) {
      const sentence = sentenceOf(ends, text, at);
      if (calls.some((call) => this.#calls.has(call))) good.add(sentence);
      else bad.add(sentence);
    }
    const marks = ends.filter((end, index) => {
      const sentence = text.slice(index === 0 ? 0 : ends[index - 1], end);
      return bad.has(index) || (!covered && !good.has(index) && this.#states(sentence));
    });
    const sound = pieces.flatMap((piece): Piece[] =>
      this.#sound([piece.node]).map((one) => ({ ...piece, node: one })),
    );
    return { node: { ...node, children: inserted(sound, marks) }, cited: good.size > 0 };
  }

  list(node: List, covered: boolean): List {
    return {
      ...node,
      children: node.children.map((item) => ({
        ...item,
        children: this.blocks(item.children, covered) as typeof item.children,
      })),
    };
  }

  table(node: Table, covered: boolean): RootContent[] {
    const rows = node.children.map((row) => ({
      ...row,
      children: row.children.map((cell) => ({ ...cell, children: this.#sound(cell.children) })),
    }));
    const cited =
      covered || node.children.some((row) => row.children.some((cell) => this.#isCited(cell.children)));
    const states = node.children.slice(1).some((row) => this.#states(row.children.map(plain).join(" ; ")));
    const whole: Table = { ...node, children: rows };
    return cited || !states ? [whole] : [whole, { type: "paragraph", children: [mark] }];
  }

  /** A list or a table is covered by the paragraph before it, where that one names a source. */
  blocks(nodes: readonly RootContent[], covered: boolean): RootContent[] {
    let lead = false;
    return nodes.flatMap((node, index): RootContent[] => {
      const before = lead;
      lead = false;
      switch (node.type) {
        case "paragraph": {
          const { node: marked, cited } = this.paragraph(node, covered);
          lead = cited;
          return [marked];
        }
        case "heading":
          lead = this.#isCited(node.children);
          return [{ ...node, children: this.#sound(node.children) }];
        case "list":
          return [this.list(node, covered || before)];
        case "table": {
          const next = nodes[index + 1];
          const after =
            next?.type === "paragraph" && onlyCites(next.children) && this.#isCited(next.children);
          return this.table(node, covered || before || after);
        }
        case "blockquote":
          return [{ ...node, children: node.children.map((child) => this.#quoted(child)) } as RootContent];
        default:
          return [node];
      }
    });
  }

  /** Words of others are quoted, not claimed. */
  #quoted(node: RootContent): RootContent {
    return node.type === "paragraph" ? { ...node, children: this.#sound(node.children) } : node;
  }
}

/** A line that only names sources, as `[1]` or `Source: [1]` below a table. */
const onlyCites = (nodes: readonly PhrasingContent[]): boolean =>
  laidOut(nodes).text.replaceAll(/[\p{L}:\s.()]/gu, "") === "" && laidOut(nodes).text.length < 40;

/**
 * The tree of a model's answer with its citations as nodes, those of calls that never were taken out, and a mark behind
 * every sentence and table that states a number, an id or a name without naming the call it came from.
 */
export const withClaims = (tree: Root, known: Known): Root => {
  const cited = withCitations(tree);
  return { ...cited, children: new Marker(known).blocks(cited.children, false) };
};
