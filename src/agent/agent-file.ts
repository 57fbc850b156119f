import { z } from "zod";
import { limits } from "../core/limits.ts";

const upTo = (most: number, least = 1) => z.int().min(least).max(most);

/** Fewer tokens do not hold one request with its instructions and an answer. */
const tokensMin = 4_000;

/** Model roles; configuration maps them to models, so that an agent file never names a vendor's model. */
const modelRoles = ["default", "fast", "careful"] as const;
export type ModelRole = (typeof modelRoles)[number];

/** Front matter of `prompts/<name>.md`. Limits may only be lower than the shipped ones. */
export const frontMatterSchema = z.strictObject({
  name: z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9-]*$/, "must be lower case letters, digits and hyphens, beginning with a letter"),
  title: z.string().min(1).max(80),
  /** What the supervisor and the router read: what it does, and what not. */
  description: z.string().min(1).max(600),
  owner: z.string().min(1).max(80),
  model: z.enum(modelRoles).default("default"),
  tools: z
    .strictObject({ allow: z.array(z.string()).default([]), deny: z.array(z.string()).default([]) })
    .default({ allow: [], deny: [] }),
  /** Agents this one may hand parts of a request to. */
  delegates: z.array(z.string()).default([]),
  limits: z
    .strictObject({
      model_calls: upTo(limits.turnModelCallsMax).default(limits.turnModelCallsMax),
      tool_calls: upTo(limits.turnToolCallsMax).default(limits.turnToolCallsMax),
      tokens: upTo(limits.turnTokensMax, tokensMin).default(limits.turnTokensMax),
      seconds: upTo(limits.turnSecondsMax).default(limits.turnSecondsMax),
    })
    .prefault({}),
  examples: z.array(z.string().min(1).max(200)).max(20).default([]),
});

type FrontMatter = z.infer<typeof frontMatterSchema>;

/** One agent as its reviewed file says: front matter and instructions. */
export interface AgentFile extends FrontMatter {
  instructions: string;
}

/** The agent that gets what nobody is named for. Its file must exist. */
export const supervisorName = "supervisor";

/** Whether a name fits a pattern in which `*` stands for any characters. */
export const fitsGlob = (name: string, glob: string): boolean =>
  new RegExp(`^${glob.split("*").map(RegExp.escape).join(".*")}$`).test(name);

/** Whether an agent's file gives it a tool. What a person may use, the gate says. */
export const mayUse = (agent: Pick<AgentFile, "tools">, tool: string): boolean =>
  agent.tools.allow.some((glob) => fitsGlob(tool, glob)) &&
  !agent.tools.deny.some((glob) => fitsGlob(tool, glob));
