import { z } from "zod";
import type { JsonObject } from "../core/json.ts";
import { isWrite, type Tool } from "../core/tool.ts";

/** A tool as MCP lists it. */
export interface Described {
  name: string;
  title: string;
  description: string;
  inputSchema: JsonObject & { type: "object" };
  annotations: { title: string; readOnlyHint: boolean; destructiveHint?: boolean; openWorldHint: boolean };
}

/** The one tool that is no system's: what became of a write that was asked for. */
export const requestRead = "steward_request_read";

const requestSchema = z.strictObject({
  request: z.uuid().describe("The id that the answer to a write gave"),
});

const asObject = (input: z.ZodObject): Described["inputSchema"] => {
  const { $schema: _, ...schema } = z.toJSONSchema(input, {
    io: "input",
    unrepresentable: "any",
  }) as JsonObject;
  return { ...schema, type: "object" };
};

/** A write that can be taken back destroys nothing; whatever else changes something may. */
const annotationsOf = (tool: Tool): Described["annotations"] => ({
  title: tool.title,
  readOnlyHint: !isWrite(tool),
  ...(isWrite(tool) && { destructiveHint: !(tool.risks?.every((risk) => risk === 1) ?? false) }),
  openWorldHint: tool.effect === "egress",
});

const asked =
  " It changes something: calling it only asks for it. A person sees the exact call in Slack and decides; nothing is done before.";

/** Tools as a client of this person sees them. */
export const describeTools = (tools: readonly Tool[]): Described[] => [
  {
    name: requestRead,
    title: "Look what became of a request",
    description:
      "Says whether a write that you asked for waits for a decision, was done, refused, or is unknown.",
    inputSchema: asObject(requestSchema),
    annotations: { title: "Look what became of a request", readOnlyHint: true, openWorldHint: false },
  },
  ...tools.map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: isWrite(tool) ? `${tool.description}${asked}` : tool.description,
    inputSchema: asObject(tool.input),
    annotations: annotationsOf(tool),
  })),
];

/** The id in a call of `steward_request_read`; nothing where it is none. */
export const requestIn = (args: unknown): string | undefined => {
  const parsed = requestSchema.safeParse(args);
  return parsed.success ? parsed.data.request : undefined;
};
