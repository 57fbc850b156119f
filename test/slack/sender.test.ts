import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SlackSim, startSlack } from "../../sandbox/slack/index.ts";
import { slackClient } from "../../src/slack/client.ts";
import { scheduleCalls, type SlackCalls } from "../../src/slack/delivery/schedule.ts";
import { type OutboxItem, type OutboxQueue, sendChannel } from "../../src/slack/delivery/sender.ts";
import { drawWords } from "../../src/slack/views/lists.ts";
import type { Message } from "../../src/slack/views/parts.ts";

const channel = "C0PAYDEV";
const silent = { debug() {}, info() {}, warn() {}, error() {} };

type Row = OutboxItem & {
  state: "pending" | "sent" | "failed";
  of?: string;
  where?: { channel: string; ts: string };
};

/** The outbox's rules over an array: the database's own are tested in test/store. */
const rowsQueue = (rows: Row[]): OutboxQueue => {
  const find = (id: string): Row => rows.find((row) => row.id === id) as Row;
  return {
    next: (wanted) => {
      const row = rows.find((one) => one.channel === wanted && one.state === "pending");
      return Promise.resolve(
        row && { ...row, post: row.of === undefined ? null : (find(row.of).where ?? null) },
      );
    },
    trying: (id) => Promise.resolve(void (find(id).attempts += 1)),
    sent: (id, where) =>
      Promise.resolve(void Object.assign(find(id), { state: "sent", ...(where && { where }) })),
    failed: (id) => Promise.resolve(void (find(id).state = "failed")),
  };
};

let sim: SlackSim;
let calls: SlackCalls;
let rows: Row[];
const row = (extra: Partial<Row> = {}): Row => ({
  id: randomUUID(),
  channel,
  workspace: "T1",
  threadTs: null,
  kind: "post",
  view: { text: "hello" },
  attempts: 0,
  createdAt: new Date(),
  post: null,
  state: "pending",
  ...extra,
});
const send = (
  draw: (view: unknown) => Promise<Message[]> = (view) =>
    Promise.resolve([drawWords((view as { text: string }).text)]),
) => sendChannel(channel, { calls, queue: rowsQueue(rows), draw, crash: () => undefined, log: silent });
const shown = (): string[] => sim.messages(channel).map((message) => message.text);
const count = (text: string): number => shown().filter((one) => one === text).length;

beforeEach(async () => {
  sim = await startSlack();
  const client = slackClient(sim.botToken, sim.apiUrl, silent);
  calls = scheduleCalls(client);
  rows = [];
});
afterEach(async () => {
  expect(sim.violations()).toEqual([]);
  await sim.stop();
});

describe("sendChannel", () => {
  it("sends in order, without unfurling, and remembers where each post stands", async () => {
    rows = [row({ view: { text: "first" } }), row({ view: { text: "second" } })];
    await send();
    expect(shown().slice(-2)).toEqual(["first", "second"]);
    expect(rows.map((one) => one.state)).toEqual(["sent", "sent"]);
    expect(rows[0]?.where?.ts).toBe(sim.messages(channel).at(-2)?.ts);
    expect(sim.calls("chat.postMessage")[0]?.args).toMatchObject({
      unfurl_links: "false",
      unfurl_media: "false",
    });
  });

  it.each(["accept-then-drop", "accept-then-late"] as const)(
    "shows one message when Slack accepts and the reply is lost (%s)",
    async (kind) => {
      rows = [row({ view: { text: "once" }, createdAt: new Date() })];
      const client = slackClient(sim.botToken, sim.apiUrl, silent);
      calls = scheduleCalls(client);
      const fault = sim.fault({ method: "chat.postMessage", kind });
      if (kind === "accept-then-late") await expect(sendWithin(300)).rejects.toThrow();
      else await expect(send()).rejects.toThrow("Slack did not answer");
      expect(sim.faults().find((one) => one.id === fault)?.happened).toBe(1);
      await send();
      expect(count("once")).toBe(1);
      expect(rows[0]).toMatchObject({ state: "sent", where: { ts: sim.messages(channel).at(-1)?.ts } });
    },
  );

  it("posts again when the first try surely did not arrive", async () => {
    rows = [row({ view: { text: "again" } })];
    sim.fault({ method: "chat.postMessage", kind: "drop" });
    await expect(send()).rejects.toThrow("Slack did not answer");
    await send();
    expect(count("again")).toBe(1);
  });

  it("finds its post in a thread", async () => {
    const { ts } = sim.say({ as: "U0ANNA", channel, text: "a thread" });
    rows = [row({ threadTs: ts, view: { text: "in the thread" } })];
    sim.fault({ method: "chat.postMessage", kind: "accept-then-drop" });
    await expect(send()).rejects.toThrow();
    await send();
    expect(sim.thread(channel, ts).filter((one) => one.text === "in the thread")).toHaveLength(1);
  });

  it("does not post again while it cannot look", async () => {
    rows = [row({ view: { text: "blind" }, attempts: 1 })];
    sim.fault({ method: "conversations.history", status: 503 });
    await expect(send()).rejects.toThrow("HTTP 503");
    expect(count("blind")).toBe(0);
  });

  it("waits where Slack asks to wait, then sends once", async () => {
    rows = [row({ view: { text: "later" } })];
    sim.fault({ method: "chat.postMessage", retry_after: 1 });
    await send();
    expect(count("later")).toBe(1);
  });

  it("says in plain text what Slack refuses as blocks", async () => {
    rows = [row({ view: { text: "plain" } })];
    sim.fault({ method: "chat.postMessage", error: "invalid_blocks" });
    await send();
    expect(sim.messages(channel).at(-1)).toMatchObject({ text: "plain" });
  });

  it("gives up what Slack refuses for good, and goes on with the next", async () => {
    rows = [row({ view: { text: "refused" } }), row({ view: { text: "next" } })];
    sim.fault({ method: "chat.postMessage", error: "restricted_action" });
    await send();
    expect(rows.map((one) => one.state)).toEqual(["failed", "sent"]);
  });

  it("gives nothing up while Slack is away or in trouble, however often it was tried; after a day it does", async () => {
    rows = [row({ view: { text: "patient" }, attempts: 50 })];
    sim.fault({ method: "chat.postMessage", status: 503 });
    await expect(send()).rejects.toThrow("HTTP 503");
    sim.clearFaults();
    sim.fault({ method: "chat.postMessage", error: "internal_error" });
    await expect(send()).rejects.toThrow("internal_error");
    expect(rows.map((one) => one.state)).toEqual(["pending"]);
    sim.clearFaults();
    await send();
    expect(count("patient")).toBe(1);

    const old = new Date(Date.now() - 25 * 3_600_000);
    rows = [row({ view: { text: "stale" }, attempts: 50, createdAt: old }), row({ view: { text: "newer" } })];
    sim.fault({ method: "conversations.history", status: 503 });
    await send();
    expect(rows.map((one) => one.state)).toEqual(["failed", "sent"]);
  });

  it("gives up what cannot be drawn after eight tries, and goes on with the next", async () => {
    rows = [row({ view: { text: "broken" }, attempts: 8 }), row({ view: { text: "whole" } })];
    await send((view) => {
      const { text } = view as { text: string };
      return text === "broken"
        ? Promise.reject(new Error("no such view"))
        : Promise.resolve([drawWords(text)]);
    });
    expect(rows.map((one) => one.state)).toEqual(["failed", "sent"]);
  });

  it("draws an update when it is sent, at the post's own place", async () => {
    let truth = "old";
    const post = row({ view: { text: "" } });
    rows = [post];
    const draw = () => Promise.resolve([drawWords(truth)]);
    await send(draw);
    rows.push(row({ kind: "update", of: post.id }));
    truth = "new";
    await send(draw);
    expect(sim.messages(channel).at(-1)).toMatchObject({ text: "new", ts: post.where?.ts });
  });

  it("opens the direct messages of a person", async () => {
    rows = [row({ channel: "U0BORIS", view: { text: "for you" } })];
    await sendChannel("U0BORIS", {
      calls,
      queue: rowsQueue(rows),
      draw: (view) => Promise.resolve([drawWords((view as { text: string }).text)]),
      crash: () => undefined,
      log: silent,
    });
    expect(sim.messages(sim.dm("U0BORIS")).at(-1)?.text).toBe("for you");
  });
});

/** Sends with a client that gives up sooner than the product's own. */
const sendWithin = async (timeout: number): Promise<void> => {
  const { WebClient } = await import("@slack/web-api");
  const client = new WebClient(sim.botToken, {
    slackApiUrl: sim.apiUrl,
    timeout,
    retryConfig: { retries: 0 },
  });
  calls = scheduleCalls(client);
  await send();
};
