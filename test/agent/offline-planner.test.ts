import { describe, expect, it } from "vitest";
import { withoutModel } from "../../src/agent/offline-planner.ts";
import type { Router, RouterTool } from "../../src/agent/router/types.ts";
import type { Tool } from "../../src/core/tool.ts";
import { actionOf, bench, output, tools } from "./support.ts";

const slotted = (name: string): Tool => {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(name);
  return { ...tool, slots: { subject: "pipeline" } };
};
const toolbox = { tools: tools.map(({ name }) => slotted(name)), entityTypes: {} };
/** A router that has made up its mind. */
const routing = (tool: string, confident = true): Router => ({
  route: () => ({
    ranked: [
      { tool, probability: 0.9 },
      { tool: "crm_deal_find", probability: 0.05 },
    ],
    none: 0.05,
    confident: confident ? tool : null,
  }),
  thresholds: new Map([[tool, 0.5]]),
  tools: toolbox.tools as readonly RouterTool[],
});

describe("thinking without a model", () => {
  it("answers a confident, complete read with its output as it is, and says so", async () => {
    const router = routing("gitlab_pipeline_explain");
    const { agents, gate, start, events } = await bench({
      models: undefined,
      router: () => Promise.resolve(router),
      toolbox,
    });
    gate.onRead = () => ({
      kind: "output",
      output: output("| job | state |\n|---|---|\n| rspec | failed |"),
    });
    const outcome = await agents.start(start("why is pipeline 8812 red"));
    expect(outcome).toMatchObject({
      kind: "answer",
      agent: "engineering",
      planner: "offline",
      text: `| job | state |\n|---|---|\n| rspec | failed |\n\n${withoutModel}`,
      route: {
        agent: "engineering",
        candidates: [{ name: "gitlab_pipeline_explain", score: 0.9 }, { name: "crm_deal_find" }],
      },
      usage: { modelCalls: 0, toolCalls: 1 },
    });
    expect(events).toContainEqual({ kind: "planner", name: "offline" });
  });

  it("proposes a complete write, and waits", async () => {
    const router = routing("gitlab_merge_request_merge");
    const { agents, gate, start } = await bench({
      models: undefined,
      router: () => Promise.resolve(router),
      toolbox,
    });
    const outcome = await agents.start(start("merge pipeline 8812"));
    expect(outcome).toMatchObject({ kind: "waiting", actions: [...gate.actions.keys()] });
    expect(gate.proposals).toMatchObject([{ confirmed: false }]);
  });

  it("offers the nearest when it is not sure, with how to ask and a button for what is complete", async () => {
    const router = routing("gitlab_pipeline_explain", false);
    const { agents, gate, start } = await bench({
      models: undefined,
      router: () => Promise.resolve(router),
      toolbox,
    });
    gate.tools = toolbox.tools;
    const outcome = await agents.start(start("something about pipeline 8812"));
    expect(gate.reads).toEqual([]);
    expect(outcome).toHaveProperty(
      "text",
      expect.stringContaining("“explain a pipeline of ‹project›”") as string,
    );
    expect(outcome).toHaveProperty(
      "offers",
      expect.arrayContaining([expect.objectContaining({ tool: "gitlab_pipeline_explain" })]),
    );
  });

  it("names what is missing instead of guessing", async () => {
    const router = routing("gitlab_merge_request_merge");
    const { agents, gate, start } = await bench({
      models: undefined,
      router: () => Promise.resolve(router),
      toolbox,
    });
    const outcome = await agents.start(start("please do the merge"));
    expect(gate.proposals).toEqual([]);
    expect(outcome).toHaveProperty("text", expect.stringContaining("Missing: subject.") as string);
  });

  it("says what can be asked when it finds nothing", async () => {
    const { agents, start } = await bench({ models: undefined });
    const outcome = await agents.start(start("what is the weather"));
    expect(outcome).toHaveProperty("text", expect.stringContaining("I can be asked, for example:") as string);
    expect(outcome).toHaveProperty("text", expect.stringContaining(withoutModel) as string);
  });

  it("tells the outcome that a continued request starts from", async () => {
    const { agents, gate, start } = await bench({ models: undefined });
    const action = { ...actionOf("a1", { tool: "gitlab_merge_request_merge", args: { subject: "!482" } }) };
    gate.actions.set("a1", { ...action, state: "succeeded", outcome: { text: "Merged as 9f31c2ab." } });
    const request = { kind: "outcome" as const, text: "merge !482", action: "a1" };
    const outcome = await agents.start(start("", { request }));
    expect(outcome).toHaveProperty(
      "text",
      `Done: gitlab_merge_request_merge on "!482". Merged as 9f31c2ab.\n\n${withoutModel}`,
    );
  });
});
