import { beforeEach, expect } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import type { Steward, StewardOptions } from "../steward.ts";
import { actionsIn, trailOf } from "./ledger-rows.ts";
import {
  answerWith,
  askMerge,
  countMessages,
  happenedTo482,
  mergeCard,
  mergeRequest,
  mergeRequestPut,
  paymentsDev,
  type Thread,
} from "./merge-story.ts";
import { expectSettled } from "./settled.ts";

/** Audit rows that have no place in a chain yet. */
const unlinked = async ({ database }: Steward): Promise<unknown[]> => {
  const { rows } = await database.pool.query(
    `select a.id, a.kind from steward.audit a left join steward.audit_link l on l.audit = a.id where l.audit is null`,
  );
  return rows;
};

/** Every decision and outcome of one action, in the order in which they are recorded. */
const wholeTrail = (between: readonly string[]): string[] => [
  ...["action.proposed", "action.asked", "vote.counted", "action.approved", "action.intent"],
  ...between,
  "action.succeeded",
];

/**
 * A story of one merge in which the product is killed: Anna asks, Boris approves, and after the kill people do what
 * people do. GitLab starts anew before each test, and every event comes twice.
 */
export const killStory = (product: () => Steward) => {
  let mark = 0;
  beforeEach(() => {
    const { gitlab, slack } = product();
    gitlab.reset();
    mark = gitlab.feed.since().at(-1)?.id ?? 0;
    slack.deliverEvents({ duplicates: true });
  });
  return {
    ask: (): Thread => askMerge(product(), "merge !482", false),
    /** The product is started anew, to be killed at the n-th passing of a point. */
    doomed: async (crashAt: NonNullable<StewardOptions["crashAt"]>): Promise<void> => {
      await product().kill();
      await product().restart({ crashAt });
    },
    /** Waits for the kill, and starts the product again. */
    killed: async (): Promise<void> => {
      expect(await product().ended()).toBe("SIGKILL");
      await product().restart();
    },
    /** Boris approves; the click may be cut off, and nobody need hear of it. */
    approve: ({ ts }: Message) =>
      product().slack.click({ as: "U0BORIS", channel: paymentsDev, ts, action_id: "approve" }),
    /** Merged once, by one action that was asked, decided and recorded in order; one card and one answer for it. */
    mergedOnce: async (thread: Thread, between: readonly string[] = []): Promise<void> => {
      const steward = product();
      await mergeCard(steward, thread, /Done/);
      await answerWith(steward, thread, /was merged into main/);
      await expectSettled(steward);
      expect(mergeRequest(steward)).toMatchObject({ state: "merged", merged_by: "steward" });
      expect(happenedTo482(steward, "merged", mark)).toBe(1);
      // An answer that had to say "unknown" is followed by one message with what Check found.
      const others = between.includes("action.checked") ? 2 : 1;
      expect(countMessages(steward, thread)).toEqual({ cards: 1, others });

      // What was only planned when the product died was never shown and never ran.
      const actions = (await actionsIn(steward, thread)).filter(({ state }) => state !== "superseded");
      expect(actions).toMatchObject([{ state: "succeeded", votes: 1 }]);
      const trail = await trailOf(steward, actions[0]?.id ?? "");
      const kinds = trail.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind !== "action.followed")).toEqual(wholeTrail(between));
      const sent = steward.gitlab.journal.list(mergeRequestPut);
      expect(sent).toHaveLength(1);
      const intent = trail.find(({ kind }) => kind === "action.intent");
      expect(intent?.at.getTime()).toBeLessThanOrEqual(Date.parse(sent[0]?.at ?? ""));
      await expect.poll(() => unlinked(steward), { timeout: 10_000 }).toEqual([]);
    },
  };
};
