import { z } from "zod";
import type { JsonObject } from "../core/json.ts";
import { isWrite, type Tool } from "../core/tool.ts";
import type { AgentFile } from "./agent-file.ts";
import { askTool } from "./ask.ts";
import { findSchema, findTool, seenTools } from "./find-tools.ts";
import type { OfferedTool } from "./planner.ts";
import type { Run } from "./run.ts";
import type { Work } from "./works.ts";

const jsonSchemaOf = (input: z.ZodObject): JsonObject => {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: "input" }) as JsonObject;
  return schema;
};

const askName = (agent: string): string => `ask_${agent.replaceAll("-", "_")}`;

/** Arguments of a call that hands a task to another agent. */
export const taskSchema = z.strictObject({
  task: z
    .string()
    .min(1)
    .max(4_000)
    .describe("The whole task in words that stand alone: names, numbers, links, what to find out or change."),
});

const taskParameters = jsonSchemaOf(taskSchema);
const ask = askTool(jsonSchemaOf);
const findParameters = jsonSchemaOf(findSchema);

const asAgent = (agent: AgentFile): OfferedTool => ({
  name: askName(agent.name),
  description: `Hands a task to the ${agent.title} agent and gives back its answer. ${agent.description}`,
  parameters: taskParameters,
  runs: { kind: "agent", agent: agent.name },
});

const asTool = (tool: Tool): OfferedTool => ({
  name: tool.name,
  description: isWrite(tool)
    ? `${tool.description} Changes something: people decide on it.`
    : tool.description,
  parameters: jsonSchemaOf(tool.input),
  runs: { kind: "tool", tool },
});

/**
 * Gives each work what it may call: its agent's tools among those the person may use (of very many some, and a search
 * for the others), other agents for the root, and a question to the person.
 */
export type Offering = (work: Work, run: Run) => Promise<OfferedTool[]>;

/** Prepares every tool once, at start; a schema that cannot be told to a model stops the start. */
export const offeringOf = (agents: ReadonlyMap<string, AgentFile>, tools: readonly Tool[]): Offering => {
  const prepared = new Map(tools.map((tool) => [tool.name, asTool(tool)]));
  return async (work, run) => {
    const agent = agents.get(work.agent);
    if (agent === undefined) return [];
    const { seen, hidden } = seenTools(agent, await run.visible(), work.found);
    const own = seen.flatMap(({ name }) => prepared.get(name) ?? []);
    const unlisted = hidden.flatMap(({ name }): OfferedTool[] => {
      const tool = prepared.get(name);
      return tool === undefined ? [] : [{ ...tool, hidden: true }];
    });
    const search = hidden.length === 0 ? [] : [findTool(hidden.length, findParameters)];
    const others =
      work.parent === null ? agent.delegates.flatMap((name) => agents.get(name) ?? []).map(asAgent) : [];
    return [...own, ...unlisted, ...search, ...others, ask].sort((a, b) => (a.name < b.name ? -1 : 1));
  };
};

/** The agent that a call hands its task to. */
export const agentOfCall = (tool: string, agents: Iterable<AgentFile>): AgentFile | undefined =>
  [...agents].find(({ name }) => askName(name) === tool);
