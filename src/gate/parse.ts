import type { z } from "zod";
import type { JsonObject } from "../core/json.ts";
import type { Tool } from "../core/tool.ts";
import { canonicalJson } from "./canonical.ts";
import { nearest } from "./catalogue.ts";
import { Refusal } from "./errors.ts";

/** Characters of a value that a message repeats. */
const shownCharsMax = 80;
/** Characters of all arguments together; more is no call of a tool. */
const argsCharsMax = 64_000;

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > shownCharsMax ? `${text.slice(0, shownCharsMax)}…` : text;
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, key)
        ? (at as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  );

const problem = (issue: z.core.$ZodIssue, args: JsonObject): string => {
  const field = issue.path.join(".") || "arguments";
  const allowed =
    issue.code === "invalid_value"
      ? ` Allowed: ${issue.values.map((value) => shown(value)).join(", ")}.`
      : "";
  return `${field}: ${issue.message}; got ${shown(valueAt(args, issue.path))}.${allowed}`;
};

/**
 * The arguments as the tool takes them. Throws a `Refusal` that names every field that is wrong, what it got and what
 * is allowed; a field the tool does not have is refused too, because it would be silently without effect.
 */
export const parseArgs = (tool: Tool, args: JsonObject): JsonObject => {
  let size: number;
  try {
    size = canonicalJson(args).length;
  } catch {
    throw new Refusal("bad_argument", `${tool.name}: the arguments hold text that is not valid Unicode.`);
  }
  if (size > argsCharsMax) {
    throw new Refusal(
      "bad_argument",
      `${tool.name}: the arguments have ${size} characters; at most ${argsCharsMax}.`,
    );
  }
  const known = Object.keys(tool.input.shape);
  const strangers = Object.keys(args)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearest(key, known)[0];
      return `${shown(key)} is not an argument.${near === undefined ? ` It takes: ${known.join(", ")}.` : ` Did you mean '${near}'?`}`;
    });
  const parsed = tool.input.safeParse(args);
  const problems = [
    ...strangers,
    ...(parsed.error?.issues ?? [])
      .filter((i) => i.code !== "unrecognized_keys")
      .map((i) => problem(i, args)),
  ];
  if (parsed.success && problems.length === 0) return parsed.data as JsonObject;
  throw new Refusal("bad_argument", `${tool.name}: ${problems.slice(0, 10).join(" ")}`);
};
