import { randomUUID } from "node:crypto";
import type { KnownBlock } from "@slack/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type SlackSim, startSlack } from "../../sandbox/slack/index.ts";
import { slackClient } from "../../src/slack/client.ts";
import { scheduleCalls, type SlackCalls } from "../../src/slack/delivery/schedule.ts";
import type { OutboxItem, OutboxQueue, PreviewStore } from "../../src/slack/delivery/ports.ts";
import { sendChannel } from "../../src/slack/delivery/sender.ts";
import { drawWords } from "../../src/slack/views/lists.ts";
import type { Message } from "../../src/slack/views/parts.ts";

const channel = "C0PAYDEV";
const silent = { debug() {}, info() {}, warn() {}, error() {} };

type Row = OutboxItem & { state: "pending" | "sent" | "failed"; laterSeconds?: number };

/** The outbox's rules over an array: the database's own are tested in test/store. */
const rowsQueue = (rows: Row[]): OutboxQueue => {
  const find = (id: string): Row => rows.find((row) => row.id === id) as Row;
  return {
    next: (wanted) => {
      const row = rows.find((one) => one.channel === wanted && one.state === "pending");
      return Promise.resolve(row && { ...row, standing: find(row.post).standing });
    },
    trying: (id) => Promise.resolve(void (find(id).attempts += 1)),
    paged: (post, standing) => Promise.resolve(void (find(post).standing = standing)),
    sent: ({ id, post }, standing) => {
      find(id).state = "sent";
      if (standing !== null) find(post).standing = standing;
      return Promise.resolve();
    },
    failed: (id) => Promise.resolve(void (find(id).state = "failed")),
    later: ({ id }, seconds) => {
      find(id).attempts -= 1;
      find(id).laterSeconds = seconds;
      return Promise.resolve();
    },
  };
};

/** No turn shows anything before its answer here. */
const noPreviews: PreviewStore = {
  intend: () => Promise.resolve(false),
  lost: () => Promise.resolve(),
  opened: () => Promise.resolve(),
  said: () => Promise.resolve(),
  settle: () => Promise.resolve(),
  take: () => Promise.resolve([]),
  leave: () => Promise.resolve(false),
  known: () => Promise.resolve(new Set()),
  strays: () => Promise.resolve([]),
};
const noSessions = {
  due: () => Promise.resolve("active" as const),
  told: () => Promise.resolve(),
  tell: () => Promise.resolve(),
};

let sim: SlackSim;
let calls: SlackCalls;
let rows: Row[];
const row = (extra: Partial<Row> = {}): Row => {
  const id = randomUUID();
  return {
    ...{ id, post: id, channel, workspace: "T1", threadTs: null, kind: "post", view: { text: "hello" } },
    ...{ attempts: 0, createdAt: new Date(), standing: null, previews: [], state: "pending" },
    ...extra,
  };
};
const partsWith = (draw: (view: unknown) => Promise<Message[]>) => ({
  ...{ calls, queue: rowsQueue(rows), draw, crash: () => undefined, log: silent },
  files: { draw: () => Promise.resolve(undefined), upload: () => Promise.resolve() },
  ...{ previews: noPreviews, sessions: noSessions, self: { bot: sim.botUserId } },
  within: <T>(_: string, work: () => Promise<T>) => work(),
});
const send = (
  draw: (view: unknown) => Promise<Message[]> = (view) =>
    Promise.resolve([drawWords((view as { text: string }).text)]),
) => sendChannel(channel, partsWith(draw));
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
    expect(rows[0]?.standing?.pages[0]).toBe(sim.messages(channel).at(-2)?.ts);
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
      expect(rows[0]).toMatchObject({
        state: "sent",
        standing: { pages: [sim.messages(channel).at(-1)?.ts] },
      });
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

  it("gives its slot to others while Slack asks to wait, then sends once and need not look", async () => {
    rows = [row({ view: { text: "later" } })];
    sim.fault({ method: "chat.postMessage", retry_after: 1 });
    await send();
    expect(rows[0]).toMatchObject({ state: "pending", attempts: 0 });
    expect(rows[0]?.laterSeconds).toBeGreaterThan(0.5);
    // Asked again too early, it does not even call.
    await send();
    expect(sim.calls("chat.postMessage")).toHaveLength(1);
    await vi.waitFor(
      async () => {
        await send();
        expect(count("later")).toBe(1);
      },
      { timeout: 5_000 },
    );
    expect(sim.calls("conversations.history")).toEqual([]);
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
    rows.push(row({ kind: "update", post: post.id }));
    truth = "new";
    await send(draw);
    expect(sim.messages(channel).at(-1)).toMatchObject({ text: "new", ts: post.standing?.pages[0] });
  });

  describe("pages", () => {
    // More than one post a second to a channel: the limit has its own test.
    beforeEach(() => sim.limits(false));
    const pagesOf = (...texts: string[]) => texts.map((text) => drawWords(text));
    const texts = () =>
      sim
        .messages(channel)
        .slice(-3)
        .map((message) => message.text);

    it("stand in order; the last one is where clicks come from", async () => {
      rows = [row()];
      await send(() => Promise.resolve(pagesOf("one", "two", "three")));
      expect(texts()).toEqual(["one", "two", "three"]);
      expect(rows[0]?.standing?.pages).toEqual(
        sim
          .messages(channel)
          .slice(-3)
          .map((message) => message.ts),
      );
    });

    it.each([0, 1, 2])("are not posted twice when the reply to page %i is lost", async (skip) => {
      rows = [row()];
      const draw = () => Promise.resolve(pagesOf("one", "two", "three"));
      sim.fault({ method: "chat.postMessage", kind: "accept-then-drop", skip });
      await expect(send(draw)).rejects.toThrow("Slack did not answer");
      await send(draw);
      expect(texts()).toEqual(["one", "two", "three"]);
      expect(["one", "two", "three"].map(count)).toEqual([1, 1, 1]);
    });

    it.each([1, 2])(
      "are not posted twice when page 0 of %i unrecorded ones is gone meanwhile",
      async (lost) => {
        rows = [row()];
        const draw = () => Promise.resolve(pagesOf("one", "two", "three"));
        const parts = partsWith(draw);
        // Where the pages stand is not kept: as when the process dies between a post and its record.
        sim.fault({ method: "chat.postMessage", kind: "accept-then-drop", skip: lost });
        const forgetful = { ...parts.queue, paged: () => Promise.resolve() };
        await expect(sendChannel(channel, { ...parts, queue: forgetful })).rejects.toThrow("did not answer");
        const first = sim.messages(channel).find((message) => message.text === "one")?.ts ?? "";
        await calls.call("chat.delete", { channel, ts: first });
        await send(draw);
        expect(texts()).toEqual(["one", "two", "three"]);
        expect(["one", "two", "three"].map(count)).toEqual([1, 1, 1]);
      },
    );

    it("follow the newest drawing: more are posted, surplus ones go", async () => {
      const post = row();
      rows = [post];
      await send(() => Promise.resolve(pagesOf("one", "two", "three")));
      rows.push(row({ kind: "update", post: post.id }));
      await send(() => Promise.resolve(pagesOf("only")));
      expect(["one", "two", "three", "only"].map(count)).toEqual([0, 0, 0, 1]);
      rows.push(row({ kind: "update", post: post.id }));
      await send(() => Promise.resolve(pagesOf("a", "b", "c")));
      expect(texts()).toEqual(["a", "b", "c"]);
      expect(post.standing?.pages).toHaveLength(3);
    });

    it("of which one was deleted in Slack are posted anew from there, in order", async () => {
      const post = row();
      rows = [post];
      await send(() => Promise.resolve(pagesOf("one", "two", "three")));
      const [, middle = ""] = post.standing?.pages ?? [];
      await calls.call("chat.delete", { channel, ts: middle });
      rows.push(row({ kind: "update", post: post.id }));
      await send(() => Promise.resolve(pagesOf("ONE", "TWO", "THREE")));
      expect(texts()).toEqual(["ONE", "TWO", "THREE"]);
      expect(count("three")).toBe(0);
    });

    it.each(["msg_blocks_too_long", "msg_too_long"])("are halved where Slack answers %s", async (error) => {
      rows = [row()];
      sim.fault({ method: "chat.postMessage", error });
      const { text, blocks } = drawWords("long");
      await send(async () => [{ text, blocks: [...blocks, ...blocks] }]);
      expect(rows[0]?.standing?.pages).toHaveLength(2);
      expect(texts().slice(1)).toEqual(["long", "long"]);
    });

    it("without the newer blocks where Slack refuses them", async () => {
      rows = [row()];
      sim.fault({ method: "chat.postMessage", error: "invalid_blocks" });
      const table = { type: "table", rows: [[{ type: "raw_text", text: "cell" }]] };
      await send(() => Promise.resolve([{ text: "table", blocks: [table as unknown as KnownBlock] }]));
      expect(JSON.stringify(sim.messages(channel).at(-1)?.blocks)).toContain("rich_text_preformatted");
    });
  });

  it("opens the direct messages of a person", async () => {
    rows = [row({ channel: "U0BORIS", view: { text: "for you" } })];
    await sendChannel(
      "U0BORIS",
      partsWith((view) => Promise.resolve([drawWords((view as { text: string }).text)])),
    );
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
