import { TerminalError } from "../../core/errors.ts";
import type { Json, JsonObject } from "../../core/json.ts";

/** A command's words and its `--name value` pairs; `--name` alone is true, `--name a --name b` a list. */
export interface Given {
  words: string[];
  flags: Record<string, string | true | string[]>;
}

export const readGiven = (args: readonly string[]): Given => {
  const given: Given = { words: [], flags: {} };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (!arg.startsWith("--")) {
      given.words.push(arg);
      continue;
    }
    const [name, inline] = split(arg.slice(2));
    const next = args[at + 1];
    const value = inline ?? (next === undefined || next.startsWith("--") ? true : next);
    if (inline === undefined && value !== true) at += 1;
    given.flags[name] = joined(given.flags[name], value);
  }
  return given;
};

const split = (text: string): [string, string | undefined] => {
  const at = text.indexOf("=");
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
};

const joined = (
  before: string | true | string[] | undefined,
  value: string | true,
): string | true | string[] => {
  if (before === undefined || before === true || value === true) return value;
  return [...(Array.isArray(before) ? before : [before]), value];
};

/** A flag's values as texts; none where it was not given. */
export const textsOf = (value: Given["flags"][string] | undefined): string[] =>
  value === undefined || value === true ? [] : Array.isArray(value) ? value : [value];

/** Flags as a tool's arguments. Text that is JSON of an object or a list is taken as that. */
export const argsOf = (flags: Given["flags"]): JsonObject =>
  Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, valueOf(name, value)]));

const valueOf = (name: string, value: Given["flags"][string]): Json => {
  if (typeof value !== "string" || !/^[[{]/.test(value.trim())) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    throw new TerminalError("bad_argument", `--${name} begins like JSON and is none: ${value.slice(0, 60)}`);
  }
};
