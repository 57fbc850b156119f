import type { Problem } from "./problems.ts";

/** One policy of a `.cedar` file, with the name it was given. */
export interface Statement {
  name: string;
  file: string;
  /** 1-based line on which `text` begins. */
  line: number;
  text: string;
}

interface Piece {
  /** Comments before it that say `rule <name>`, with their lines. */
  titles: { name: string; line: number }[];
  line: number;
  text: string;
}

const token = /\/\/[^\n]*|"(?:\\.|[^"\\])*"|;|[^\s"/;]+|[/"]/gs;
/** `// rule payments-merge`, also `// policies/payments.cedar: rule payments-merge`. */
const title = /^\/\/\s*(?:\S+\.cedar:\s*)?rule\s+(.+?)\s*$/;
const validName = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Cuts a file at the `;` that stand outside strings and comments. Done here because Cedar's own splitter orders
 * its parts by text (0, 1, 10, 11, 2) and forgets where they stood.
 */
const cut = (source: string): { pieces: Piece[]; rest: Piece["titles"] } => {
  const pieces: Piece[] = [];
  let titles: Piece["titles"] = [];
  let start: number | undefined;
  const lineAt = (offset: number): number => source.slice(0, offset).split("\n").length;
  const close = (end: number): void => {
    if (start === undefined) return;
    pieces.push({ titles, line: lineAt(start), text: source.slice(start, end) });
    titles = [];
    start = undefined;
  };
  for (const match of source.matchAll(token)) {
    const [text] = match;
    if (text.startsWith("//")) {
      const name = title.exec(text)?.[1];
      if (start === undefined && name !== undefined) titles.push({ name, line: lineAt(match.index) });
      continue;
    }
    start ??= match.index;
    if (text === ";") close(match.index + 1);
  }
  close(source.length);
  return { pieces, rest: titles };
};

/** The named policies of one file; unnamed or doubly named ones are problems. `stem` names a file's only policy. */
export const statementsOf = (
  file: string,
  stem: string,
  source: string,
  problems: Problem[],
): Statement[] => {
  const { pieces, rest } = cut(source);
  const lonely = (titles: Piece["titles"]) => {
    for (const { name, line } of titles) {
      problems.push({
        file,
        line,
        message: `rule '${name}' has no policy below it. Add it, or take the line out.`,
      });
    }
  };
  lonely(rest);
  return pieces.flatMap(({ titles, line, text }) => {
    lonely(titles.slice(0, -1));
    const name = titles.at(-1)?.name ?? (pieces.length === 1 ? stem : undefined);
    if (name === undefined) {
      problems.push({
        file,
        line,
        message: "a policy without a name. Write `// rule <name>` on the line above it.",
      });
      return [];
    }
    if (!validName.test(name)) {
      problems.push({
        file,
        line: titles.at(-1)?.line ?? line,
        message: `rule name '${name}' is not valid. Expected lower-case words joined by hyphens, such as payments-merge.`,
      });
      return [];
    }
    return [{ name, file, line, text }];
  });
};

/** Line of a byte offset in a statement's text, which is how Cedar counts. */
export const lineIn = ({ line, text }: Pick<Statement, "line" | "text">, byteOffset: number): number =>
  line + Buffer.from(text).subarray(0, byteOffset).toString().split("\n").length - 1;
