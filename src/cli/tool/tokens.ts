import { z } from "zod";
import type { Tool } from "../../core/tool.ts";

/** What a model is told of a tool, as it is told. */
const definition = ({ name, description, input }: Tool): string => {
  const { $schema: _, ...parameters } = z.toJSONSchema(input, { io: "input", unrepresentable: "any" });
  return JSON.stringify({ type: "function", function: { name, description, parameters } });
};

/** Counts what tools cost a model each time it is called, in tokens of o200k. The table is large: read when it is needed. */
export const tokenCounter = async (): Promise<(tool: Tool) => number> => {
  const [{ Tiktoken }, { default: ranks }] = await Promise.all([
    import("js-tiktoken/lite"),
    import("js-tiktoken/ranks/o200k_base"),
  ]);
  const encoding = new Tiktoken(ranks);
  return (tool) => encoding.encode(definition(tool)).length;
};
