import { describe, expect, it } from "vitest";
import { killStory } from "../support/kill-story.ts";
import { actionsIn, trailOf } from "../support/ledger-rows.ts";
import { mergeCard, type Thread } from "../support/merge-story.ts";
import { sharedSteward } from "../support/shared-steward.ts";

const product = sharedSteward();
const { ask, approve, doomed, killed, mergedOnce } = killStory(product);
const card = (thread: Thread, wanted: RegExp) => mergeCard(product(), thread, wanted);

describe("killed while the question is on its way", () => {
  it.each(["proposed", "graph-done", "checkpoint", "waiting", "post"] as const)(
    "killed at %s: asked once, and merged when Boris approves",
    async (point) => {
      await doomed(point);
      const thread = ask();
      await killed();
      const shown = await card(thread, /Waiting: 0 of 1/);
      expect((await approve(shown)).status).toBe(200);
      await mergedOnce(thread);
      // What the killed run had planned was never shown: an orphan, and recorded as one.
      const [first, ...later] = await actionsIn(product(), thread);
      const orphan = point === "post" ? [] : ["superseded"];
      expect([first, ...later].map((one) => one?.state)).toEqual([...orphan, "succeeded"]);
      if (orphan.length === 0) return;
      const kinds = (await trailOf(product(), first?.id ?? "")).map(({ kind }) => kind);
      expect(kinds).toEqual(["action.proposed", "action.superseded"]);
    },
  );
});

describe("killed while Boris clicks", () => {
  it("killed before his vote is stored: nothing was recorded, and he clicks again", async () => {
    const thread = ask();
    const shown = await card(thread, /Waiting: 0 of 1/);
    // The click reads the target first: nothing of it is stored yet.
    const read = { method: "GET", path: "*/merge_requests/482" };
    product().gitlab.faults.add({ ...read, kind: "kill", effect: "never" });
    expect((await approve(shown)).status).not.toBe(200);
    await killed();
    expect((await actionsIn(product(), thread)).map(({ state, votes }) => [state, votes])).toEqual([
      ["waiting", 0],
    ]);
    expect((await approve(shown)).status).toBe(200);
    await mergedOnce(thread);
  });

  it("killed at decided: his vote stands, and is carried out without another click", async () => {
    await doomed("decided");
    const thread = ask();
    const shown = await card(thread, /Waiting: 0 of 1/);
    expect((await approve(shown)).status).not.toBe(200);
    await killed();
    await mergedOnce(thread);
  });
});
