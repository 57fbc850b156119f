import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../../src/core/json.ts";
import { type CallContext, isWrite, type ToolOutput } from "../../../src/core/tool.ts";
import type { Bench } from "../support.ts";

/** One call of a tool, on a sandbox of its own. */
export interface ToolCall {
  input: JsonObject;
  /** Left out: Anna. */
  who?: string;
  /** Makes the world that the call needs. */
  before?(bench: Bench): void | Promise<void>;
  /** Of a write: what happens in GitLab after it was sent, before it is looked for. */
  after?(bench: Bench): void | Promise<void>;
}

/**
 * How one tool is tried: `cases/<its name>.case.ts` has it as its default export, and a tool without one fails.
 * Its requests are held against GitLab's own document, its replies are mutated, and its answers are measured.
 */
export interface ToolCase {
  /** Calls that surely work; together they make every request the tool can make. */
  calls: readonly [ToolCall, ...ToolCall[]];
  /** Of a read: makes the answers of `calls` as long as they can get. */
  heavy?(bench: Bench): void | Promise<void>;
}

const folder = join(import.meta.dirname, "cases");
const ending = ".case.ts";

/** Every case there is, by its tool's name. */
export async function loadCases(): Promise<Map<string, ToolCase>> {
  const files = readdirSync(folder).filter((file) => file.endsWith(ending));
  const loaded = files.map(async (file): Promise<[string, ToolCase]> => {
    const { default: one } = (await import(join(folder, file))) as { default: ToolCase };
    return [file.slice(0, -ending.length), one];
  });
  return new Map(await Promise.all(loaded));
}

/** Everything the gate ever does with a call: resolved, run, and of a write its version, its search and its progress. */
export async function exercise(
  bench: Bench,
  name: string,
  call: ToolCall,
  more: Partial<CallContext> = {},
): Promise<ToolOutput> {
  const tool = bench.tool(name);
  const context = bench.context(call.who, more);
  const { args } = await tool.resolve(tool.input.parse(call.input) as JsonObject, context);
  if (!isWrite(tool)) return tool.run(args, context);
  await tool.version(args, context);
  const output = await tool.run(args, context);
  await call.after?.(bench);
  await tool.find(args, context);
  await tool.follow?.(args, output, context);
  return output;
}
