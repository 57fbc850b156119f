import { distance } from "fastest-levenshtein";
import type { Tool, WriteTool } from "../core/tool.ts";
import { isWrite } from "../core/tool.ts";
import { definitionHash } from "./definition.ts";
import { Refusal } from "./errors.ts";

/** A tool with the hash of its definition, made once. */
export interface Entry<T extends Tool = Tool> {
  tool: T;
  definition: string;
}

/** The tools by name. */
export interface Catalogue {
  all: readonly Tool[];
  /** Throws a `Refusal` that names the nearest tools. */
  get(name: string): Entry;
  /** The write of this name and definition; nothing when it is gone or has changed since. */
  unchanged(name: string, definition: string): WriteTool | undefined;
  /** The write of this name, whatever its definition. */
  write(name: string): Entry<WriteTool> | undefined;
}

/** The names most like a wrong one, nearest first, at most three. */
export const nearest = (wrong: string, names: readonly string[]): string[] =>
  names
    .map((name) => ({ name, far: distance(wrong, name) }))
    .filter(({ name, far }) => far <= Math.max(3, name.length / 2))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name);

/** Throws when two tools have one name. */
export const createCatalogue = (tools: readonly Tool[]): Catalogue => {
  const entries = new Map<string, Entry>();
  for (const tool of tools) {
    if (entries.has(tool.name)) throw new Error(`Two tools are named '${tool.name}': rename one in tools/.`);
    entries.set(tool.name, { tool, definition: definitionHash(tool) });
  }
  const write = (name: string): Entry<WriteTool> | undefined => {
    const entry = entries.get(name);
    return entry !== undefined && isWrite(entry.tool)
      ? { tool: entry.tool, definition: entry.definition }
      : undefined;
  };
  return {
    all: tools,
    get: (name) => {
      const entry = entries.get(name);
      if (entry !== undefined) return entry;
      const near = nearest(name, [...entries.keys()]);
      const hint = near.length === 0 ? "" : ` Nearest: ${near.join(", ")}.`;
      throw new Refusal("unknown_tool", `There is no tool '${name.slice(0, 80)}'.${hint}`);
    },
    write,
    unchanged: (name, definition) => {
      const entry = write(name);
      return entry?.definition === definition ? entry.tool : undefined;
    },
  };
};
