import { describe, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { press } from "../support/clicks.ts";
import { killStory } from "../support/kill-story.ts";
import { actionsIn, sendWindowPasses, trailOf } from "../support/ledger-rows.ts";
import {
  answerWith,
  countMessages,
  mergeCard,
  mergeRequestPut,
  paymentsDev as channel,
  type Thread,
} from "../support/merge-story.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { buttonsOf } from "../support/slack-text.ts";

const product = sharedSteward();
const { ask, approve, doomed, killed, mergedOnce } = killStory(product);
const card = (thread: Thread, wanted: RegExp) => mergeCard(product(), thread, wanted);

describe("killed around the merge itself", () => {
  /** Approved, killed; the card says that nobody knows. Gives the card. */
  const unknownAfter = async (thread: Thread): Promise<Message> => {
    const shown = await card(thread, /Waiting: 0 of 1/);
    await approve(shown);
    await killed();
    const unknown = await card(thread, /Unknown/);
    expect(buttonsOf(unknown).map(({ label }) => label)).toEqual(["Check"]);
    await answerWith(product(), thread, /Unknown/);
    return unknown;
  };
  const check = ({ ts }: Message) => press(product(), { as: "U0ANNA", channel, ts, button: "check" });
  const settled = ["action.unknown", "action.checked"];

  it.each(["intent", "send"] as const)(
    "killed at %s: unknown; Check says that it did not happen only when it no longer can; asked again, it is merged",
    async (point) => {
      await doomed(point);
      const first = ask();
      const unknown = await unknownAfter(first);
      expect(await check(unknown)).toMatch(/has not happened so far, but it still could/);
      await sendWindowPasses(product());
      expect(await check(unknown)).toMatch(/It did not happen/);
      await card(first, /Failed.*did not happen/);
      const [failed] = await actionsIn(product(), first);
      expect((await trailOf(product(), failed?.id ?? "")).map(({ kind }) => kind)).toEqual([
        ...["action.proposed", "action.asked", "vote.counted", "action.approved", "action.intent"],
        ...["action.unknown", "action.checked", "action.checked", "action.failed"],
      ]);
      expect(countMessages(product(), first).cards).toBe(1);

      const again = ask();
      await approve(await card(again, /Waiting: 0 of 1/));
      await mergedOnce(again);
    },
  );

  it("killed right after GitLab merged it: unknown, and Check finds it done", async () => {
    const thread = ask();
    await card(thread, /Waiting/);
    product().gitlab.faults.add({ ...mergeRequestPut, kind: "kill", effect: "before" });
    const unknown = await unknownAfter(thread);
    expect(await check(unknown)).toBe("It is done; the card shows it.");
    await mergedOnce(thread, settled);
  });

  it("killed at outcome, before it is stored: unknown, and Check finds it done", async () => {
    await doomed("outcome");
    const thread = ask();
    const unknown = await unknownAfter(thread);
    expect(await check(unknown)).toBe("It is done; the card shows it.");
    await mergedOnce(thread, settled);
  });
});

describe("killed while the answer is on its way", () => {
  it.each(["resuming", "graph-done:2"] as const)("killed at %s: answered once", async (point) => {
    await doomed(point);
    const thread = ask();
    await approve(await card(thread, /Waiting: 0 of 1/));
    await killed();
    await mergedOnce(thread);
  });

  it.each(["accept-then-kill", "kill"] as const)(
    "the answer's post, %s: it stands there once",
    async (kind) => {
      const thread = ask();
      const shown = await card(thread, /Waiting: 0 of 1/);
      product().slack.fault({ method: "chat.postMessage", kind });
      await approve(shown);
      await killed();
      await mergedOnce(thread);
    },
  );
});
