import { readFileSync } from "node:fs";
import { isMap, isPair, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import { messageOf } from "../src/core/errors.ts";
import { nearestWords } from "./nearest.ts";
import type { FileProblem } from "./problems.ts";

/** A YAML file that passed its schema, and the line of anything in it. */
export interface YamlFile<T> {
  file: string;
  value: T;
  /** 1-based line of what stands at this path, or of the nearest thing above that is there. */
  line(path: readonly PropertyKey[]): number;
  /** A problem at a path. */
  problem(path: readonly PropertyKey[], message: string): FileProblem;
}

const lineAt = (document: Document, lines: LineCounter, path: readonly PropertyKey[]): number => {
  for (let length = path.length; length > 0; length--) {
    const key = path[length - 1];
    const parent: unknown =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const pair = isMap(parent)
      ? parent.items.find(
          (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
        )
      : undefined;
    const node = (pair?.key ?? document.getIn(path.slice(0, length), true)) as
      | { range?: [number, number, number] | null }
      | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
};

const valueAt = (data: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    data,
  );

/** Keys that a schema knows at a path: for "did you mean". */
const keysAt = (schema: unknown, path: readonly PropertyKey[]): string[] => {
  let at = unwrapped(schema);
  for (const key of path) {
    at = unwrapped(
      typeof key === "number" ? at?.def?.element : (at?.shape?.[String(key)] ?? at?.def?.valueType),
    );
  }
  return Object.keys(at?.shape ?? {});
};

interface Inner {
  shape?: Record<string, unknown>;
  def?: { innerType?: unknown; element?: unknown; valueType?: unknown };
}
const unwrapped = (schema: unknown): Inner | undefined => {
  let inner = schema as Inner | undefined;
  while (inner?.def?.innerType !== undefined) inner = inner.def.innerType as Inner;
  return inner;
};

/** A zod issue in words, one for each unknown key: where, what came, what is allowed, what is nearest. */
const issueWords = (
  issue: z.core.$ZodIssue,
  data: unknown,
  schema: unknown,
): { path: PropertyKey[]; message: string }[] => {
  const value = valueAt(data, issue.path);
  const came = (JSON.stringify(value) ?? "nothing").slice(0, 80);
  const named = issue.path.map(String).join(".");
  const one = (message: string) => [
    { path: [...issue.path], message: named === "" ? message : `${named}: ${message}` },
  ];
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: `${[...issue.path, key].map(String).join(".")}: there is no such key.${nearestWords(key, known) || ` Known: ${known.join(", ")}.`}`,
    }));
  }
  if (value === undefined) return one("is missing.");
  if (issue.code === "invalid_value") {
    const allowed = issue.values.map(String);
    return one(
      `is ${came}; allowed: ${allowed.join(", ")}.${nearestWords(came.replaceAll('"', ""), allowed)}`,
    );
  }
  if (issue.code === "invalid_type") return one(`is ${came}; expected: ${issue.expected}.`);
  if (issue.code === "invalid_union") return one(`is ${came}; ${issue.message}.`);
  if (issue.code === "invalid_key") return one(`is no valid name: ${issue.issues[0]?.message ?? ""}.`);
  return one(`is ${came}; ${issue.message}.`);
};

/**
 * Reads a YAML file through a strict schema. Problems are collected, never thrown, each with the line it stands on;
 * a file with any is `undefined`.
 */
export function readYamlFile<T>(
  file: string,
  schema: z.ZodType<T>,
  problems: FileProblem[],
): YamlFile<T> | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    problems.push({
      file,
      message: `cannot be read (${messageOf(error)}). Mend the file or its permissions.`,
    });
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    problems.push(
      ...document.errors.map(({ message, pos }) => ({
        file,
        line: lines.linePos(pos[0]).line,
        message: `is not valid YAML: ${message.split("\n")[0] ?? ""}`,
      })),
    );
    return undefined;
  }
  const line = (path: readonly PropertyKey[]) => lineAt(document, lines, path);
  const problem = (path: readonly PropertyKey[], message: string): FileProblem => ({
    file,
    line: line(path),
    message,
  });
  const data: unknown = document.toJS();
  const parsed = schema.safeParse(data);
  if (parsed.success) return { file, value: parsed.data, line, problem };
  problems.push(
    ...parsed.error.issues
      .flatMap((issue) => issueWords(issue, data, schema))
      .map(({ path, message }) => problem(path, message)),
  );
  return undefined;
}
