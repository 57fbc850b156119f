import { z } from "zod";
import type { Tool } from "../core/tool.ts";
import { taggedDigest } from "./canonical.ts";

/** Names exactly what a model and a person were told about a tool: its name, description and input schema. */
export const definitionHash = (tool: Tool): string =>
  taggedDigest("steward.tool.1", {
    name: tool.name,
    description: tool.description,
    schema: z.toJSONSchema(tool.input, { io: "input", unrepresentable: "any" }),
  });
