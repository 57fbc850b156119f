import type { ModelRequest } from "../../sandbox/model/request.ts";
import type { RuleInput } from "../../sandbox/model/rules.ts";

/** Words of each agent's instructions by which the scripted model knows who is asking. */
export const instructions = {
  supervisor: "You are Steward, a colleague",
  engineering: "You are the engineering agent",
  delivery: "You are the delivery agent",
  revenue: "You are the revenue agent",
  support: "You are the support agent",
  operations: "You are the operations agent",
};
type Agent = keyof typeof instructions;

/** The newest tool answer as a model would pass it on: without the frame it came in. */
const toolWords = ({ toolResults }: ModelRequest): string =>
  (toolResults.at(-1)?.content ?? "").replaceAll(/^<result [^>]*>\n|\n<\/result>$/g, "");

interface Errand {
  /** Words of the request, by which the errand is known; they stand in the task, too. */
  ask: string | RegExp;
  agent: Exclude<Agent, "supervisor">;
  tool: string;
  args: Record<string, unknown>;
}

const spoke = (request: ModelRequest): boolean => request.toolResults.length > 0;

/** One answer of one agent, to a request that holds these words. */
export const answers = (agent: Agent, ask: string | RegExp, text: string): RuleInput => ({
  name: `${agent} answers ${String(ask)}`,
  when: { system: instructions[agent], user: ask, hasToolResult: false },
  say: { text },
});

/**
 * What a model does with a plain request: the supervisor hands the whole of it to one agent, which makes one call and
 * then answers with the result's own words.
 */
export const errand = ({ ask, agent, tool, args }: Errand): RuleInput[] => [
  {
    name: `supervisor hands on ${String(ask)}`,
    when: { system: instructions.supervisor, user: ask, hasToolResult: false },
    say: (request) => ({
      toolCalls: [{ name: `ask_${agent}`, args: { task: request.user.split("\n")[0] ?? "" } }],
    }),
  },
  {
    name: `${agent} calls ${tool}`,
    when: { system: instructions[agent], user: ask, hasToolResult: false },
    say: { toolCalls: [{ name: tool, args }] },
  },
  {
    name: `${agent} answers ${String(ask)}`,
    when: { system: instructions[agent], user: ask, predicate: spoke },
    say: (request) => ({ text: toolWords(request) }),
  },
];
