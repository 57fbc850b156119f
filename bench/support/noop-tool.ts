import { z } from "zod";
import type { Target, WriteTool } from "../../src/core/tool.ts";

const targetOf = (item: string): Target => ({
  ...{ type: "BenchItem", id: item, label: `item ${item}` },
  ...{ parents: [{ type: "BenchBox", id: "main" }] },
  ...{ ancestors: [{ type: "BenchBox", id: "main", parents: [] }] },
});

const itemOf = (args: object): string => String((args as { item?: unknown }).item);

/** Entity types that the tool's targets need. */
export const noopTypes = { BenchBox: [], BenchItem: ["BenchBox"] };

/** A reversible write that does nothing and takes no time: what remains is the gate. */
export const noopTool: WriteTool = {
  ...{ name: "bench_item_set", title: "Set an item", description: "Sets an item.", system: "bench" },
  ...{ effect: "write", lagMs: 0, slots: {}, examples: [], policyArgs: {}, targetTypes: ["BenchItem"] },
  input: z.object({ item: z.string(), value: z.string() }),
  step: () => "Setting an item",
  resolve: (input) =>
    Promise.resolve({
      ...{ args: input, target: targetOf(itemOf(input)), policyArgs: {}, risk: 1, version: "1" },
      preview: { sentence: `Set item ${itemOf(input)}`, fields: [] },
    }),
  version: () => Promise.resolve("1"),
  run: () => Promise.resolve({ text: "Set.", sources: [], untrusted: [] }),
  find: () => Promise.resolve({ kind: "not_done" }),
};
