import { join } from "node:path";
import { Tiktoken } from "js-tiktoken/lite";
import o200k from "js-tiktoken/ranks/o200k_base";
import { expect, it } from "vitest";
import { mayUse } from "../../src/agent/agent-file.ts";
import { offeringOf } from "../../src/agent/offered.ts";
import { readAgents } from "../../src/agent/prompt-files.ts";
import type { Run } from "../../src/agent/run.ts";
import { newWork } from "../../src/agent/works.ts";
import { limits } from "../../src/core/limits.ts";
import { everyTool } from "../support/every-tool.ts";

/** Tokens (o200k) that an agent's tools may cost in each request. */
const tokensMax = 8_000;

const counter = new Tiktoken(o200k);
const { tools } = everyTool();
const agents = readAgents(
  join(import.meta.dirname, "../../prompts"),
  tools.map(({ name }) => name),
);
const offering = offeringOf(new Map(agents.map((agent) => [agent.name, agent])), tools);
const run = { visible: () => Promise.resolve(tools) } as Pick<Run, "visible"> as Run;

/** What a model is told of an agent's tools, as it is sent. */
const toldOf = async (agent: string) => {
  const [parent, planner] = [null, "model"] as const;
  const work = newWork({
    ...{ id: "root", agent, parent, planner, messages: [] },
    route: { agent, why: "", candidates: [] },
  });
  const offered = (await offering(work, run)).filter(({ hidden }) => hidden !== true);
  const functions = offered.map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, description, parameters },
  }));
  return { names: offered.map(({ name }) => name), tokens: counter.encode(JSON.stringify(functions)).length };
};

it("costs little to tell a model of an agent's tools", async () => {
  const table = await Promise.all(
    agents.map(async (agent) => {
      const { names, tokens } = await toldOf(agent.name);
      const own = tools.filter(({ name }) => mayUse(agent, name));
      return {
        agent: agent.name,
        own: own.length,
        seen: names.filter((name) => !name.startsWith("ask_")).length,
        tokens,
      };
    }),
  );
  console.table(table);
  for (const { agent, seen, tokens } of table) {
    expect([agent, seen <= limits.toolsVisibleMax]).toEqual([agent, true]);
    expect([agent, tokens <= tokensMax]).toEqual([agent, true]);
  }
});
