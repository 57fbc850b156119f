import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { startModel, type Model } from "../../sandbox/model/index.ts";
import { createAgents } from "../../src/agent/agents.ts";
import { setupSaver } from "../../src/agent/saver.ts";
import type { AgentOutcome, Agents, TurnStart } from "../../src/agent/types.ts";
import type { Action } from "../../src/core/action.ts";
import type { Store } from "../../src/store/pool.ts";
import { freshDatabase } from "../support/database.ts";
import { agentFiles, friday, LedgerGate, logged, noRouter, startOf, tools } from "./support.ts";

const call = (name: string, subject: string) => ({ name, args: { subject } });
const ask = (agent: string, task: string) => ({ name: `ask_${agent}`, args: { task } });

interface Place {
  store: Store;
  model: Model;
  gate: LedgerGate;
  /** Agents as another process would have them. */
  process(model?: Model): Agents;
  rows(): Promise<number>;
}

const place = async (): Promise<Place> => {
  const store = await freshDatabase();
  await setupSaver(store.url);
  const model = await startModel();
  onTestFinished(() => model.close());
  const gate = new LedgerGate();
  const open = (): Agents =>
    createAgents({
      gate,
      toolbox: { tools, entityTypes: {} },
      agents: agentFiles,
      models: { apiKey: "k", baseUrl: model.baseUrl, fetch, models: { default: "scripted" } },
      router: () => Promise.resolve(noRouter),
      transact: store.transact,
      log: { warn: (fields) => logged.push(fields) },
      clock: friday,
    });
  const rows = async (): Promise<number> => {
    const counted = await store.pool.query<{ n: number }>(
      `select ((select count(*) from langgraph.checkpoints) + (select count(*) from langgraph.checkpoint_blobs)
        + (select count(*) from langgraph.checkpoint_writes))::int as n`,
    );
    return counted.rows[0]?.n ?? -1;
  };
  return { store, model, gate, process: open, rows };
};

/** Runs until it waits and keeps the checkpoint, as turn/ does. */
const untilWaiting = async ({ store, process }: Place, start: TurnStart): Promise<AgentOutcome> => {
  const agents = process();
  const outcome = await agents.start(start);
  await store.transact((tx) => agents.keep(start.turn, tx));
  agents.drop(start.turn);
  return outcome;
};

/** Resumes in a process of its own and keeps or ends what came of it. */
const wake = async ({ store, process }: Place, start: TurnStart): Promise<AgentOutcome | undefined> => {
  const agents = process();
  const outcome = await agents.resume({ ...start, token: randomUUID() });
  if (outcome !== undefined) {
    const waiting = outcome.kind === "waiting";
    await store.transact((tx) => (waiting ? agents.keep(start.turn, tx) : agents.end(start.turn, tx)));
  }
  agents.drop(start.turn);
  return outcome;
};

const settleAll = (gate: LedgerGate, state: Action["state"], text: string, by?: string): void => {
  for (const id of gate.actions.keys()) gate.settle(id, state, { text, ...(by !== undefined && { by }) });
};

const toolResults = (model: Model): string[] => {
  const body = JSON.parse(model.bodies().at(-1) ?? "{}") as { messages: { role: string; content: string }[] };
  return body.messages.filter(({ role }) => role === "tool").map(({ content }) => content);
};

describe("waiting and resuming", () => {
  it("goes on in another process, calls no model again, and leaves no row", async () => {
    const here = await place();
    const start = startOf("merge !482", [], { agent: "engineering" });
    here.model.script(
      {
        when: { hasToolResult: false },
        say: {
          toolCalls: [call("gitlab_pipeline_explain", "1"), call("gitlab_merge_request_merge", "!482")],
        },
      },
      { say: { text: "Merged." } },
    );
    expect(await untilWaiting(here, start)).toMatchObject({
      kind: "waiting",
      actions: [...here.gate.actions.keys()],
    });
    expect(await here.rows()).toBeGreaterThan(0);
    settleAll(here.gate, "succeeded", "Merged as 9f31c2ab.");
    expect(await wake(here, start)).toMatchObject({
      kind: "answer",
      text: "Merged.",
      usage: { modelCalls: 2, toolCalls: 2 },
    });
    expect(here.gate.proposals).toHaveLength(1);
    expect(here.gate.reads).toHaveLength(1);
    const results = toolResults(here.model);
    expect(results[0]).toContain("gitlab_pipeline_explain says");
    expect(results[1]).toContain('Done: gitlab_merge_request_merge on "!482". Merged as 9f31c2ab.');
    expect(await here.rows()).toBe(0);
  });

  it("leaves no row for a turn that never waits", async () => {
    const here = await place();
    here.model.script({ say: { text: "Hello." } });
    const agents = here.process();
    const start = startOf("hello", []);
    await agents.start(start);
    agents.drop(start.turn);
    expect(await here.rows()).toBe(0);
  });

  it("goes on with what is settled, and waits on for the rest", async () => {
    const here = await place();
    const start = startOf("merge and update", []);
    here.model.script(
      {
        when: { system: "supervisor agent", hasToolResult: false },
        say: { toolCalls: [ask("engineering", "merge !1"), ask("revenue", "update Globex")] },
      },
      {
        when: { system: "engineering agent", hasToolResult: false },
        say: { toolCalls: [call("gitlab_merge_request_merge", "!1")] },
      },
      {
        when: { system: "revenue agent", hasToolResult: false },
        say: { toolCalls: [call("crm_deal_update", "Globex")] },
      },
      { when: { system: "engineering agent" }, say: { text: "!1 is merged." } },
      { when: { system: "revenue agent" }, say: { text: "Globex was rejected." } },
      { when: { system: "supervisor agent" }, say: { text: "One done, one rejected." } },
    );
    const first = await untilWaiting(here, start);
    if (first.kind !== "waiting") throw new Error(first.kind);
    expect(first.actions).toHaveLength(2);
    const [merge = "", update = ""] = first.actions;
    here.gate.settle(merge, "succeeded", { text: "Merged." });
    here.gate.settle(update, "waiting");
    expect(await wake(here, start)).toMatchObject({
      kind: "waiting",
      actions: [update],
      usage: { modelCalls: 4 },
    });
    here.gate.settle(update, "rejected", { text: "Too early.", by: "Boris" });
    expect(await wake(here, start)).toMatchObject({
      kind: "answer",
      agent: "supervisor",
      text: "One done, one rejected.",
    });
    expect(here.model.bodies()).toHaveLength(6);
    expect(here.model.bodies()[4]).toContain(
      'Rejected by Boris: crm_deal_update on \\"Globex\\". Too early.',
    );
    expect(await here.rows()).toBe(0);
  });

  it("takes a spurious wake, and a repeated one, without asking a model", async () => {
    const here = await place();
    const start = startOf("merge !482", [], { agent: "engineering" });
    here.model.script({ say: { toolCalls: [call("gitlab_merge_request_merge", "!482")] } });
    await untilWaiting(here, start);
    settleAll(here.gate, "waiting", "");
    const before = await here.rows();
    expect(await wake(here, start)).toMatchObject({ kind: "waiting" });
    expect(await wake(here, start)).toMatchObject({ kind: "waiting" });
    expect(here.model.bodies()).toHaveLength(1);
    expect(here.gate.asked).toBe(2);
    expect(await here.rows()).toBe(before);
  });

  it("resumes again from the same checkpoint after a resume that was killed", async () => {
    const here = await place();
    const start = startOf("merge !482", [], { agent: "engineering" });
    here.model.script(
      { when: { hasToolResult: false }, say: { toolCalls: [call("gitlab_merge_request_merge", "!482")] } },
      { say: { text: "Merged." } },
    );
    await untilWaiting(here, start);
    settleAll(here.gate, "succeeded", "Merged.");
    await here.process().resume({ ...start, token: randomUUID() });
    expect(await wake(here, start)).toMatchObject({ kind: "answer", text: "Merged." });
    expect(here.gate.proposals).toHaveLength(1);
  });

  it("tells unknown as unknown, never to be repeated", async () => {
    const here = await place();
    const start = startOf("merge !482", [], { agent: "engineering" });
    here.model.script(
      { when: { hasToolResult: false }, say: { toolCalls: [call("gitlab_merge_request_merge", "!482")] } },
      { say: { text: "It is unknown." } },
    );
    await untilWaiting(here, start);
    settleAll(here.gate, "unknown", "GitLab did not answer in time.");
    expect(await wake(here, start)).toMatchObject({ kind: "answer" });
    expect(toolResults(here.model)[0]).toMatch(
      /Unknown: .*GitLab did not answer in time\..*\n.*Never propose it again/s,
    );
  });

  it("tells the outcome in words where no model was asked", async () => {
    const here = await place();
    const request = {
      kind: "call" as const,
      text: "retry",
      tool: "gitlab_merge_request_merge",
      args: { subject: "!482" },
      confirmed: true,
    };
    const start = startOf("", [], { request });
    await untilWaiting(here, start);
    settleAll(here.gate, "expired", "");
    expect(await wake(here, start)).toMatchObject({
      kind: "answer",
      planner: "direct",
      text: 'Expired: gitlab_merge_request_merge on "!482". Nobody decided in time, so nothing was done.',
    });
    expect(here.model.bodies()).toEqual([]);
  });

  it("says what was done when the model is gone after the resume, and what failed", async () => {
    const here = await place();
    const start = startOf("merge !482", [], { agent: "engineering" });
    here.model.script(
      { when: { hasToolResult: false }, say: { toolCalls: [call("gitlab_merge_request_merge", "!482")] } },
      { say: { error: { status: 401 } } },
    );
    await untilWaiting(here, start);
    settleAll(here.gate, "succeeded", "Merged as 9f31c2ab.");
    expect(await wake(here, start)).toMatchObject({
      kind: "answer",
      text: expect.stringMatching(/Merged as 9f31c2ab\.[^]*refused Steward's credentials \(401\)/) as string,
    });
  });

  it("carries NUL, lone surrogates and look-alikes of serialized classes through a checkpoint", async () => {
    const here = await place();
    const start = startOf("odd \u0000 \ud800 text", [], { agent: "engineering" });
    const odd = {
      lc: 1,
      type: "constructor",
      id: ["langchain_core", "messages", "HumanMessage"],
      kwargs: {},
    };
    here.model.script(
      {
        when: { hasToolResult: false },
        say: { toolCalls: [{ name: "gitlab_merge_request_merge", args: { subject: "x", odd } }] },
      },
      { say: { text: "Fine." } },
    );
    await untilWaiting(here, start);
    expect(here.gate.proposals[0]?.args).toEqual({ subject: "x", odd });
    settleAll(here.gate, "succeeded", "Done \u0000 \ud800.");
    expect(await wake(here, start)).toMatchObject({ kind: "answer", text: "Fine." });
  });

  it("rolls a checkpoint back with the transaction that kept it", async () => {
    const here = await place();
    const start = startOf("merge !482", [], { agent: "engineering" });
    here.model.script({ say: { toolCalls: [call("gitlab_merge_request_merge", "!482")] } });
    const agents = here.process();
    await agents.start(start);
    const undo = new Error("the transaction failed");
    const kept = here.store.transact(async (tx) => {
      await agents.keep(start.turn, tx);
      throw undo;
    });
    await expect(kept).rejects.toBe(undo);
    expect(await here.rows()).toBe(0);
    expect(await here.process().resume(start)).toBeUndefined();
  });
});

describe("a checkpoint that this code cannot resume", () => {
  const waiting = async (): Promise<{ here: Place; start: TurnStart }> => {
    const here = await place();
    const start = startOf("merge !482", [], { agent: "engineering" });
    here.model.script({ say: { toolCalls: [call("gitlab_merge_request_merge", "!482")] } });
    await untilWaiting(here, start);
    return { here, start };
  };

  it("is absent", async () => {
    const { here, start } = await waiting();
    expect(await here.process().resume({ ...start, turn: randomUUID() })).toBeUndefined();
  });

  it.each([
    [
      "was made by another shape",
      `update langgraph.checkpoint_blobs set blob = convert_to('"other"', 'utf8') where channel = 'shape'`,
    ],
    ["lost a channel", `delete from langgraph.checkpoint_blobs where channel = 'works'`],
    [
      "holds works of another form",
      `update langgraph.checkpoint_blobs set blob = convert_to('[{"id":"root"}]', 'utf8') where channel = 'works'`,
    ],
    [
      "is damaged",
      `update langgraph.checkpoint_blobs set blob = convert_to('[{', 'utf8') where channel = 'works'`,
    ],
    [
      "waits in no node of ours",
      `update langgraph.checkpoints set checkpoint = jsonb_set(checkpoint, '{versions_seen}', '{}') || jsonb_build_object('channel_versions', (checkpoint->'channel_versions') - 'branch:to:wait')`,
    ],
  ])("%s", async (_, damage) => {
    const { here, start } = await waiting();
    await here.store.pool.query(damage);
    expect(await here.process().resume(start)).toBeUndefined();
    expect(here.model.bodies()).toHaveLength(1);
  });

  it("is told from a database that fails", async () => {
    const { here, start } = await waiting();
    await here.store.pool.query("drop table langgraph.checkpoint_blobs");
    await expect(here.process().resume(start)).rejects.toThrow("checkpoint_blobs");
  });
});

it("sets up its tables where they are already there", async () => {
  const store = await freshDatabase();
  await setupSaver(store.url);
  await setupSaver(store.url);
  const { rows } = await store.pool.query(
    "select 1 from information_schema.tables where table_schema = 'langgraph'",
  );
  expect(rows.length).toBe(4);
});
