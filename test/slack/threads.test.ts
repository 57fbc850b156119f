import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SlackCalls } from "../../src/slack/delivery/schedule.ts";
import { slackThreads } from "../../src/slack/threads.ts";

const root = 1_000_000;

/** Slack's way to read a thread: from its beginning, the root with every page, pages of at most `limit`. */
const threadOf = (times: readonly number[]) => {
  let called = 0;
  const calls = {
    call: async (_: string, args: Record<string, unknown>) => {
      called++;
      const within = times.filter((at) => at < Number(args["latest"]) && at > Number(args["oldest"] ?? 0));
      const limit = Number(args["limit"]) - 1;
      const said = (at: number) => ({ ts: at.toFixed(6), user: "U1", text: `at ${at}` });
      return {
        messages: [{ ...said(root), reply_count: times.length }, ...within.slice(0, limit).map(said)],
        has_more: within.length > limit,
      };
    },
  } as SlackCalls;
  return { calls, called: () => called };
};

const conversation = {
  ...{ key: "T1/C1/x", workspace: "T1", channel: "C1", threadTs: root.toFixed(6) },
  kind: "channel" as const,
};
const read = (calls: SlackCalls, before: number) =>
  slackThreads(calls, { bot: "UBOT" }).read(conversation, before.toFixed(6));

describe("reading a thread", () => {
  it("takes the root and the newest of ten thousand messages, in few calls", async () => {
    const times = Array.from({ length: 10_000 }, (_, at) => root + 1 + at * 7);
    const { calls, called } = threadOf(times);
    const messages = await read(calls, root + 80_000);
    expect(messages).toHaveLength(30);
    expect(messages[0]?.text).toBe(`at ${root}`);
    expect(messages.slice(1).map(({ text }) => text)).toEqual(times.slice(-29).map((at) => `at ${at}`));
    expect(called()).toBeLessThanOrEqual(8);
  });

  it("finds the newest words after a long silence, and of a sudden burst", async () => {
    const busy = Array.from({ length: 3_000 }, (_, at) => root + 1 + at / 10);
    const silent = threadOf([...busy, root + 900_000]);
    expect((await read(silent.calls, root + 900_010)).at(-1)?.text).toBe(`at ${root + 900_000}`);
    const burst = Array.from({ length: 3_000 }, (_, at) => root + 900_000 + at);
    const sudden = threadOf([...burst]);
    expect((await read(sudden.calls, root + 903_000)).slice(1).map(({ text }) => text)).toEqual(
      burst.slice(-29).map((at) => `at ${at}`),
    );
  });

  it("is bounded for any thread, in order, and never reads what came after the mention", async () => {
    const thread = fc.uniqueArray(fc.integer({ min: root + 1, max: root + 100_000 }), { maxLength: 600 });
    await fc.assert(
      fc.asyncProperty(thread, fc.integer({ min: root + 1, max: root + 100_001 }), async (given, before) => {
        const times = given.toSorted((a, b) => a - b);
        const { calls, called } = threadOf(times);
        const messages = await read(calls, before);
        const said = messages.map(({ text }) => Number(text.slice(3)));
        expect(messages.length).toBeLessThanOrEqual(30);
        expect(called()).toBeLessThanOrEqual(8);
        expect(said).toEqual(said.toSorted((a, b) => a - b));
        expect(said.every((at) => at < before)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
