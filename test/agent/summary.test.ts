import { expect, it } from "vitest";
import { summarise } from "../../src/agent/summary.ts";
import type { Exchange, Recollection } from "../../src/agent/types.ts";
import { limits } from "../../src/core/limits.ts";

const exchange = (at: number): Exchange => ({
  turn: `t${at}`,
  by: "Anna",
  person: "slack:T1/UANNA",
  ask: `ask ${at} ${"a".repeat(1_000)}`,
  answer: `answer ${at}\n${"b".repeat(1_000)}`,
  at: "2026-11-20T10:00:00Z",
});
/** Memory after some exchanges, as memory/ keeps it. */
const after = (count: number): Recollection => {
  let held: Recollection = { summary: "", recent: [] };
  for (let at = 1; at <= count; at++) {
    const summary = summarise(held, exchange(at));
    held = { summary, recent: [...held.recent, exchange(at)].slice(-limits.recentExchangesMax) };
  }
  return held;
};

it("keeps every exchange once: word for word, or as a line of the summary", () => {
  expect(after(limits.recentExchangesMax).summary).toBe("");
  const { summary, recent } = after(limits.recentExchangesMax + 3);
  expect(summary.split("\n").map((line) => line.slice(0, 30))).toEqual([
    "- 2026-11-20 Anna: ask 1 aaaaa",
    "- 2026-11-20 Anna: ask 2 aaaaa",
    "- 2026-11-20 Anna: ask 3 aaaaa",
  ]);
  expect(recent[0]?.turn).toBe("t4");
});

it("stays within its cap however long the thread is, and keeps the newest", () => {
  const { summary } = after(200);
  expect(summary.length).toBeLessThanOrEqual(limits.summaryCharsMax);
  expect(summary).toContain(`ask ${200 - limits.recentExchangesMax} `);
});
