import { beforeEach, describe, expect, it } from "vitest";
import type { SlackFault } from "../../sandbox/slack/faults.ts";
import type { Message } from "../../sandbox/slack/types.ts";
import { heldAnswer } from "../support/held-answer.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable } from "../support/slack-text.ts";

/** An answer that is shown while it is made, and everything that Slack may do to it meanwhile. */
const product = sharedSteward({ env: { STEWARD_PREVIEW_MS: "50" } });
const channel = "C0PAYDEV";

beforeEach(async () => {
  // Each test has a minute of its own: of Slack's limits, and of the product's own count of streams.
  product().slack.limits(false);
  await product().database.pool.query(
    "update steward.preview set opened_at = opened_at - interval '1 minute'",
  );
});

const own = (ts: string): Message[] =>
  product()
    .slack.thread(channel, ts)
    .slice(1)
    .filter(({ bot_id }) => bot_id === "B0STEWARD");
const shownIn = (ts: string): string => own(ts).map(readable).join("\n");
const openStreams = () =>
  product()
    .slack.agent.streams()
    .filter(({ state }) => state === "open");
const streamsOf = (ts: string) =>
  product()
    .slack.agent.streams()
    .filter((stream) => stream.thread_ts === ts);

/** How often each of these texts can be read in a thread. */
const counts = (ts: string, texts: readonly string[]): number[] =>
  texts.map((text) => shownIn(ts).split(text).length - 1);

/** Nothing is left that says "at work". */
const expectAtRest = async (ts: string): Promise<void> => {
  const { slack } = product();
  await slack.waitFor(
    () => slack.agent.session(channel, ts)?.status !== "processing" && openStreams().length === 0,
    {
      seconds: 20,
      what: "an end of everything that says at work",
    },
  );
  await slack.waitFor(() => slack.status(channel, ts) === undefined, { what: "an end of the status" });
};

/** Asks, waits until the first paragraph can be read, does something, lets the model end; the thread's ts. */
const story = async (
  ask: string,
  meanwhile: (ts: string) => void | Promise<void>,
  { live = true } = {},
): Promise<{ ts: string; paragraphs: readonly string[] }> => {
  const steward = product();
  const { slack } = steward;
  const paragraphs = [`First of ${ask}.`, `Second of ${ask}.`, `Third of ${ask}, which comes late.`];
  const held = heldAnswer(steward, ask, paragraphs);
  const { ts } = slack.say({ as: "U0ANNA", channel, text: `@steward ${ask}` });
  if (live) {
    await slack.waitFor(() => shownIn(ts).includes(`First of ${ask}.`), {
      seconds: 20,
      what: "the first paragraph while the model still speaks",
    });
  }
  await meanwhile(ts);
  held.release();
  return { ts, paragraphs };
};

const expectWholeOnce = async (
  ts: string,
  paragraphs: readonly string[],
  pages: readonly number[] = [1],
): Promise<void> => {
  const { slack } = product();
  await slack.waitFor(() => shownIn(ts).includes(paragraphs.at(-1) ?? ""), {
    seconds: 30,
    what: "the whole answer",
  });
  await expectSettled(product());
  await expectAtRest(ts);
  expect(counts(ts, paragraphs)).toEqual(paragraphs.map(() => 1));
  expect(pages).toContain(own(ts).length);
};

it("an answer is streamed while it is made, and ends as one message", async () => {
  const { ts, paragraphs } = await story("a plain stream", (ts) => {
    expect(streamsOf(ts)).toMatchObject([{ state: "open", recipient: "U0ANNA" }]);
    expect(product().slack.agent.session(channel, ts)?.status).toBe("processing");
  });
  await expectWholeOnce(ts, paragraphs);
  expect(streamsOf(ts)).toMatchObject([{ state: "stopped" }]);
  expect(product().slack.agent.session(channel, ts)?.status).toBe("active");
});

it("nobody but the asker sees more than how it began, and everyone sees the answer", async () => {
  const { ts, paragraphs } = await story("one reader", () => undefined);
  await expectWholeOnce(ts, paragraphs);
  const reply = await fetch(`${product().slack.url}/control/state?as=U0BORIS&channel=${channel}`);
  const { channel: seen } = (await reply.json()) as { channel: { threads: Record<string, Message[]> } };
  expect((seen.threads[ts] ?? []).map(readable).join("\n")).toContain(paragraphs.at(-1));
});

it("a stream that Slack closes after its five minutes loses nothing", async () => {
  const { ts, paragraphs } = await story("a closed stream", (ts) => {
    for (const stream of streamsOf(ts)) product().slack.agent.expireStream(stream);
  });
  await expectWholeOnce(ts, paragraphs);
});

it("a stream whose message somebody has deleted still ends in one answer", async () => {
  const { ts, paragraphs } = await story("a deleted stream", async (ts) => {
    const { slack } = product();
    for (const stream of streamsOf(ts)) {
      await fetch(`${slack.apiUrl}chat.delete`, {
        method: "POST",
        headers: { authorization: `Bearer ${slack.botToken}` },
        body: new URLSearchParams({ channel, ts: stream.ts }),
      });
    }
  });
  await expectWholeOnce(ts, paragraphs);
});

describe("trouble while an answer is streamed", () => {
  const troubles: readonly (readonly [string, SlackFault])[] = [
    ["stop: cut before it was taken", { method: "chat.stopStream", kind: "drop" }],
    ["stop: 429", { method: "chat.stopStream", retry_after: 1 }],
    ["stop: a page instead of an answer", { method: "chat.stopStream", status: 503 }],
    ["update: too long", { method: "chat.update", error: "msg_too_long" }],
    ["update: cut before it was taken", { method: "chat.update", kind: "drop" }],
  ];
  it.each(troubles)("%s: one answer, whole, once", async (name, fault) => {
    // Armed when the stream is open: the answer's end meets it.
    const { ts, paragraphs } = await story(`trouble (${name})`, () => {
      product().slack.fault(fault);
    });
    // What Slack finds too long is cut in two.
    await expectWholeOnce(ts, paragraphs, fault.error === "msg_too_long" ? [1, 2] : [1]);
  });
});

describe("words that Slack does not add", () => {
  it.each<readonly [string, SlackFault]>([
    ["too many blocks", { method: "chat.appendStream", error: "msg_blocks_too_many" }],
    ["blocks refused", { method: "chat.appendStream", error: "invalid_blocks" }],
    ["a page instead of an answer", { method: "chat.appendStream", status: 503 }],
  ])("%s: one answer, whole, once", async (name, fault) => {
    const steward = product();
    const { slack } = steward;
    const ask = `words (${name})`;
    const paragraphs = [`First of ${ask}.`, `Second of ${ask}.`, `Third of ${ask}, which comes late.`];
    const held = heldAnswer(steward, ask, paragraphs, { delegated: true });
    slack.fault(fault);
    const { ts } = slack.say({ as: "U0ANNA", channel, text: `@steward ${ask}` });
    await slack.waitFor(() => streamsOf(ts).length > 0, { seconds: 20, what: "a stream with a step" });
    held.start();
    await slack.waitFor(() => slack.faults().every(({ happened }) => happened > 0), {
      seconds: 20,
      what: "an attempt to add words",
    });
    held.release();
    await expectWholeOnce(ts, paragraphs);
  });
});

describe("where there is no stream to be had", () => {
  const startTried = async (): Promise<void> => {
    const { slack } = product();
    await slack.waitFor(() => slack.faults().every(({ happened }) => happened > 0), {
      seconds: 20,
      what: "an attempt to open a stream",
    });
  };

  it.each<readonly [string, SlackFault]>([
    ["a page instead of an answer", { method: "chat.startStream", status: 503 }],
    ["not on this plan", { method: "chat.startStream", error: "restricted_action" }],
  ])("%s: the answer comes all the same", async (name, fault) => {
    product().slack.fault(fault);
    const { ts, paragraphs } = await story(`no stream (${name})`, startTried, { live: false });
    await expectWholeOnce(ts, paragraphs);
  });

  it("a stream that was opened unseen is found again: no second message stays", async () => {
    product().slack.fault({ method: "chat.startStream", kind: "accept-then-drop" });
    const { ts, paragraphs } = await story("an orphan", startTried, { live: false });
    await expectWholeOnce(ts, paragraphs);
  });

  // From here on this product tries no stream for a while: Slack has said that there is none.
  it("429: the answer comes all the same", async () => {
    product().slack.fault({ method: "chat.startStream", retry_after: 1 });
    const { ts, paragraphs } = await story("no stream (429)", startTried, { live: false });
    await expectWholeOnce(ts, paragraphs);
  });

  it("a Slack without streams shows the answer by edits", async () => {
    const { slack } = product();
    slack.agent.allow({ streaming: false });
    try {
      const { ts, paragraphs } = await story("no streams here", (ts) => {
        expect(streamsOf(ts)).toEqual([]);
      });
      await expectWholeOnce(ts, paragraphs);
    } finally {
      slack.agent.allow({ streaming: true });
    }
  });

  it("an app that is no agent has no session, and answers as well", async () => {
    const { slack } = product();
    slack.agent.allow({ agent: false });
    try {
      const { ts, paragraphs } = await story("no agent here", () => undefined);
      await expectWholeOnce(ts, paragraphs);
      expect(slack.agent.session(channel, ts)).toBeUndefined();
    } finally {
      slack.agent.allow({ agent: true });
    }
  });
});
