import { isMap, isNode, isPair, LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { frontMatterSchema, type AgentFile } from "./agent-file.ts";
import { didYouMean } from "./nearest.ts";
import type { PromptProblem } from "./prompt-files.ts";

/** A prompt file as read: the agent where its form is right, and where each value stands. */
export interface ParsedAgent {
  file: string;
  agent?: AgentFile;
  /** What it names, as far as can be read: checked also where its form is wrong, so that all is said at once. */
  names: Names;
  /** Line of a value by its path, for problems that only show when the files are seen together. */
  lineOf(path: readonly PropertyKey[]): number;
  problems: PromptProblem[];
}

/** Lists keep their places, for line numbers; what is no text is empty there. */
const textsSchema = z.array(z.string().catch("")).catch([]);
const namesSchema = z
  .object({
    name: z.string().optional().catch(undefined),
    tools: z.object({ allow: textsSchema, deny: textsSchema }).catch({ allow: [], deny: [] }),
    delegates: textsSchema,
  })
  .catch({ name: undefined, tools: { allow: [], deny: [] }, delegates: [] });

/** The names in a file's front matter. */
type Names = z.infer<typeof namesSchema>;

const instructionsMax = 16_000;

/** The YAML between the first two lines `---`, and the Markdown after it. Line numbers stay those of the file. */
const split = (text: string): { front: string; body: string } | undefined => {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const end = lines.indexOf("---", 1);
  if (lines[0] !== "---" || end === -1) return undefined;
  return { front: `\n${lines.slice(1, end).join("\n")}`, body: lines.slice(end + 1).join("\n") };
};

/** Line of the key or value at a path; of the nearest parent that is there, when it is not. */
const lineAt = (document: Document, lines: LineCounter, path: readonly PropertyKey[]): number => {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && String(item.key) === String(key))
      : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
};

const keysAt = (path: readonly PropertyKey[]): string[] => {
  let schema: unknown = frontMatterSchema;
  for (const key of path)
    schema = unwrapped((schema as { shape?: Record<PropertyKey, unknown> }).shape?.[key]);
  return Object.keys((schema as { shape?: object } | undefined)?.shape ?? {});
};

const unwrapped = (schema: unknown): unknown => {
  let inner = schema as { def?: { innerType?: unknown } } | undefined;
  while (inner?.def?.innerType !== undefined) inner = inner.def.innerType as typeof inner;
  return inner;
};

const valueAt = (data: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], data);

/** A zod issue in words: the field, what is expected, what came, and the nearest valid value. */
const reasonOf = (issue: z.core.$ZodIssue, data: unknown): string[] => {
  const field = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map(
      (key) =>
        `unknown key "${[...issue.path, key].map(String).join(".")}".${didYouMean(key, keysAt(issue.path))}`,
    );
  }
  const value = valueAt(data, issue.path);
  if (value === undefined) return [`"${field || "front matter"}" is missing.`];
  const came = JSON.stringify(value).slice(0, 80);
  switch (issue.code) {
    case "too_big":
      return [`"${field}" is ${came}; at most ${issue.maximum} is allowed.`];
    case "too_small":
      return [`"${field}" is ${came}; at least ${issue.minimum} is needed.`];
    case "invalid_value":
      return [`"${field}" is ${came}; allowed: ${issue.values.join(", ")}.${near(value, issue.values)}`];
    case "invalid_type":
      return [`"${field}" is ${came}; expected: ${issue.expected}.`];
    default:
      return [`"${field}" is ${came}; it ${issue.message}.`];
  }
};

const near = (value: unknown, allowed: readonly unknown[]): string =>
  typeof value === "string" ? didYouMean(value, allowed.map(String)) : "";

/** Reads one prompt file. Never throws: everything wrong with it stands in `problems`. */
export const parseAgentFile = (file: string, text: string): ParsedAgent => {
  const parts = split(text);
  if (parts === undefined) {
    const reason = "it must begin with front matter between two lines ---.";
    return { file, names: namesSchema.parse({}), lineOf: () => 1, problems: [{ file, line: 1, reason }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(parts.front, { lineCounter: lines, prettyErrors: false });
  const lineOf = (path: readonly PropertyKey[]) => lineAt(document, lines, path);
  const problem = (line: number, reason: string): PromptProblem => ({ file, line, reason });
  if (document.errors.length > 0) {
    return {
      file,
      names: namesSchema.parse({}),
      lineOf,
      problems: document.errors.map((error) =>
        problem(lines.linePos(error.pos[0]).line, `the front matter is not YAML: ${error.message}`),
      ),
    };
  }
  const data: unknown = document.toJS();
  const read = frontMatterSchema.safeParse(data);
  const problems = (read.error?.issues ?? []).flatMap((issue) =>
    reasonOf(issue, data).map((reason, at) =>
      problem(
        lineOf(issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[at] ?? ""] : issue.path),
        reason,
      ),
    ),
  );
  const instructions = parts.body.trim();
  const bodyLine = parts.front.split("\n").length + 2;
  if (instructions === "")
    problems.push(problem(bodyLine, "there are no instructions below the front matter."));
  if (instructions.length > instructionsMax) {
    problems.push(
      problem(
        bodyLine,
        `the instructions have ${instructions.length} characters; at most ${instructionsMax}.`,
      ),
    );
  }
  const parsed = { file, names: namesSchema.parse(data), lineOf, problems };
  return read.success ? { ...parsed, agent: { ...read.data, instructions } } : parsed;
};
