import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { Target, WriteTool } from "../../src/core/tool.ts";

const targetOf = (item: string): Target => ({
  ...{ type: "BenchItem", id: item, label: `item ${item}` },
  ...{ parents: [{ type: "BenchBox", id: "main" }] },
  ...{ ancestors: [{ type: "BenchBox", id: "main", parents: [] }] },
});

const itemOf = (args: object): string => String((args as { item?: unknown }).item);

/** The tool's name. */
export const noopName = "bench_item_set";

/** Entity types that the tool's targets need. */
export const noopTypes = { BenchBox: [], BenchItem: ["BenchBox"] };

/**
 * A reversible write that does nothing for so many milliseconds, as a call of another system would take; `took` is told
 * how long it really was. What remains of a write is the gate.
 */
export const noopTool = (ms: () => number, took: (action: string, ms: number) => void): WriteTool => ({
  ...{ name: noopName, title: "Set an item", description: "Sets an item.", system: "bench" },
  ...{ effect: "write", lagMs: 0, slots: {}, examples: [], policyArgs: {}, targetTypes: ["BenchItem"] },
  input: z.object({ item: z.string(), value: z.string() }),
  step: () => "Setting an item",
  resolve: (input) =>
    Promise.resolve({
      ...{ args: input, target: targetOf(itemOf(input)), policyArgs: {}, risk: 1, version: "1" },
      preview: { sentence: `Set item ${itemOf(input)}`, fields: [] },
    }),
  version: () => Promise.resolve("1"),
  run: async (_, { callId }) => {
    const begun = performance.now();
    if (ms() > 0) await wait(ms());
    took(callId, performance.now() - begun);
    return { text: "Set.", sources: [], untrusted: [] };
  },
  find: () => Promise.resolve({ kind: "not_done" }),
});
