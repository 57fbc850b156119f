import { readFileSync } from "node:fs";
import { isMap, isPair, isScalar, LineCounter, type Document, parseDocument } from "yaml";
import type { z } from "zod";
import { messageOf } from "../../core/errors.ts";
import { type Problem, suggestion } from "./problems.ts";

/** A YAML file that passed its schema, and the line of anything in it. */
export interface YamlFile<T> {
  value: T;
  /** 1-based line of the value at this path; of its key when `key` is set. */
  line(path: readonly PropertyKey[], key?: string): number | undefined;
}

/** Reads text; a missing file is `undefined`, anything else that hinders is a problem. */
export const readText = (file: string, problems: Problem[]): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      problems.push({
        file,
        message: `cannot be read (${messageOf(error)}). Mend the file or its permissions.`,
      });
    }
    return undefined;
  }
};

const lineOf = (document: Document, lines: LineCounter) => (path: readonly PropertyKey[], key?: string) => {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  const named =
    key !== undefined && isMap(node)
      ? node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)?.key
      : undefined;
  const range = ((named ?? node) as { range?: [number, number, number] | null } | undefined)?.range;
  return range === undefined || range === null ? undefined : lines.linePos(range[0]).line;
};

const where = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? "" : `${path.map(String).join(".")}: `;

const shown = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 80);

/** Turns zod's issues into one sentence each, with the line they stand on. */
const issueProblems = (
  file: string,
  issues: readonly z.core.$ZodIssue[],
  document: Document,
  line: YamlFile<unknown>["line"],
  known: readonly string[],
): Problem[] =>
  issues.flatMap((issue): Problem[] => {
    const at = (message: string, key?: string): Problem => {
      const found = line(issue.path, key) ?? line(issue.path.slice(0, -1));
      return { file, ...(found !== undefined && { line: found }), message: `${where(issue.path)}${message}` };
    };
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => at(`unknown key '${key}'. ${suggestion(key, known)}`, key));
    }
    const value = issue.path.reduce<unknown>(
      (inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step],
      document.toJS(),
    );
    if (issue.code === "invalid_value") {
      const allowed = issue.values.map(String);
      return [
        at(`${shown(value)} is not one of ${allowed.join(", ")}. ${suggestion(String(value), allowed)}`),
      ];
    }
    if (issue.code === "invalid_key") {
      return [at(issue.issues.map(({ message }) => message).join("; "), String(issue.path.at(-1)))];
    }
    if (issue.code === "invalid_type") return [at(`expected ${issue.expected}, found ${shown(value)}.`)];
    return [at(issue.code === "custom" ? issue.message : `${issue.message} (found ${shown(value)}).`)];
  });

/**
 * Reads a YAML file through a strict schema. `keys` are the names to suggest for an unknown key.
 * A missing or empty file is `undefined`; problems are collected, never thrown.
 */
export const readYaml = <T>(
  file: string,
  schema: z.ZodType<T>,
  keys: readonly string[],
  problems: Problem[],
): YamlFile<T> | undefined => {
  const text = readText(file, problems);
  if (text === undefined) return undefined;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    for (const { message, linePos } of faults) {
      problems.push({
        file,
        ...(linePos !== undefined && { line: linePos[0].line }),
        message: `is not valid YAML: ${message.split("\n")[0] ?? ""}`,
      });
    }
    return undefined;
  }
  if (document.contents === null) return undefined;
  const line = lineOf(document, lines);
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return { value: parsed.data, line };
  problems.push(...issueProblems(file, parsed.error.issues, document, line, keys));
  return undefined;
};
