import { describe, expect, it } from "vitest";
import { z } from "zod";
import { RetryableError } from "../../src/core/errors.ts";
import type { Action } from "../../src/core/action.ts";
import type { Tool } from "../../src/core/tool.ts";
import { openCalls } from "../../src/mcp/calls.ts";
import type { RequestState } from "../../src/mcp/ports.ts";
import type { Caller, CallParts } from "../../src/mcp/types.ts";

const tool = {
  ...{ name: "wiki_page_write", title: "Change a page", description: "Changes a page.", system: "wiki" },
  ...{ effect: "write", input: z.strictObject({ page: z.string() }), risks: [1] },
} as unknown as Tool;

const caller: Caller = {
  token: "t1",
  principal: {
    ...{ kind: "person", workspace: "T1", user: "U1", name: "Anna", timezone: "UTC" },
    ...{ guest: false, external: false, bot: false, active: true },
  },
};

/** The parts of a room that writes down what was done, in order. */
const room = (more: Partial<CallParts> = {}) => {
  const done: string[] = [];
  const note =
    <T>(what: string, value: T) =>
    (): Promise<T> => {
      done.push(what);
      return Promise.resolve(value);
    };
  const state: RequestState = {
    ...{ id: "r1", conversation: { channel: "D1", threadTs: "1.1" }, turn: "turn-1" },
    ...{ state: "waiting", text: null },
  };
  const action = {
    ...{ id: "a1", state: "waiting", preview: { sentence: "Change the page 7", fields: [] }, outcome: null },
    asks: [{ group: "requester", because: "a write is confirmed by whoever asked for it" }],
  } as unknown as Action;
  const parts = {
    gate: {
      visible: () => Promise.resolve([tool]),
      read: note("read", { kind: "refused", code: "x", text: "no" }),
    },
    objection: () => Promise.resolve(undefined),
    actionsOf: () => Promise.resolve([action]),
    requests: {
      begin: ({ id }: { id: string }) => {
        done.push("begun");
        return Promise.resolve({ id, fresh: true });
      },
      forget: note("forgotten", undefined),
      state: () => Promise.resolve(state),
    },
    intake: { accept: note("stored", { fresh: true }) },
    marks: { add: note("marked", undefined) },
    audit: { append: note("audited", undefined), appendIn: note("audited", undefined) },
    openThread: note("opened", { channel: "D1", threadTs: "1.1" }),
    closeThread: note("closed", undefined),
    linksOf: () => Promise.resolve(["Decide in Slack: https://slack.example/p1"]),
    log: { info: () => {}, error: () => {} },
    waitMs: 50,
    ...more,
  } as unknown as CallParts;
  const calls = openCalls(parts);
  const call = (args: unknown, name = tool.name) =>
    calls.call(caller, name, args, new AbortController().signal);
  return { done, call, calls, state };
};

describe("a write of an MCP client", () => {
  it("is marked as untrusted and recorded before anybody works on it", async () => {
    const { done, call } = room();
    const answer = await call({ page: "7" });
    expect(done).toEqual(["begun", "opened", "marked", "audited", "stored"]);
    expect(answer.failed).toBe(true);
    expect(answer.text).toContain("Approval requested: Change the page 7.");
    expect(answer.text).toContain("https://slack.example/p1");
  });

  it("is nothing where its arguments are wrong or the rules refuse it", async () => {
    const wrong = room();
    expect((await wrong.call({ side: "7" })).text).toContain("Nothing was asked for");
    expect((await wrong.call("words")).text).toContain("no JSON object");
    const refused = room({ objection: () => Promise.resolve("Not allowed here.") });
    expect(await refused.call({ page: "7" })).toEqual({ text: "Not allowed here.", failed: true });
    expect([...wrong.done, ...refused.done]).toEqual([]);
  });

  it("leaves no thread and no open request where it could not be stored", async () => {
    const { done, call } = room({
      intake: { accept: () => Promise.reject(new RetryableError("postgres_away", "away", 1)) },
    });
    expect((await call({ page: "7" })).text).toContain("Nothing was recorded");
    expect(done).toEqual(["begun", "opened", "marked", "audited", "closed", "forgotten"]);
  });

  it("keeps its thread where it may be stored after all", async () => {
    const { done, call } = room({
      intake: { accept: () => Promise.reject(new RetryableError("intake_late", "late", 1)) },
    });
    expect((await call({ page: "7" })).text).toContain("Approval requested");
    expect(done).not.toContain("closed");
    expect(done).not.toContain("forgotten");
  });

  it("does not wait for ever for its card", async () => {
    const { call, state } = room();
    state.state = "running";
    const answer = await call({ page: "7" });
    expect(answer.text).toContain("Recorded, and not worked on yet");
    expect(answer.failed).toBe(true);
  });

  it("is not called recorded where what took it died before it was", async () => {
    const { call, state } = room();
    state.state = "beginning";
    expect((await call({ page: "7" })).text).toContain("It is not recorded");
  });

  it.each([
    ["succeeded", "done", false],
    ["unknown", "done", true],
    ["rejected", "done", true],
    ["failed", "failed", true],
  ] as const)("is told as what it is: %s", async (what, turn, failed) => {
    const action = {
      ...{ id: "a1", state: what, preview: { sentence: "Change the page 7", fields: [] }, asks: [] },
      outcome: { text: "So it ended." },
    } as unknown as Action;
    const { call, state } = room({ actionsOf: () => Promise.resolve([action]) });
    state.state = turn;
    state.text = "The answer in Slack.";
    const answer = await call({ page: "7" });
    expect(answer.failed).toBe(failed);
    expect(answer.text).toContain("So it ended.");
    expect(answer.text.includes("Do not repeat it")).toBe(what === "unknown");
  });

  it("opens one thread after the other for one person", async () => {
    let open = 0;
    let most = 0;
    const { call } = room({
      openThread: async () => {
        most = Math.max(most, ++open);
        await Promise.resolve();
        open -= 1;
        return { channel: "D1", threadTs: "1.1" };
      },
    });
    await Promise.all(Array.from({ length: 5 }, (_, page) => call({ page: String(page) })));
    expect(most).toBe(1);
  });
});

it("lists a person's tools with honest hints, and says what a write is", async () => {
  const { calls } = room();
  const listed = await calls.list(caller);
  expect(listed.map(({ name }) => name)).toEqual(["steward_request_read", "wiki_page_write"]);
  expect(listed[1]).toMatchObject({
    annotations: { readOnlyHint: false, destructiveHint: false },
    inputSchema: { type: "object", required: ["page"] },
  });
  expect(listed[1]?.description).toContain("only asks for it");
});
