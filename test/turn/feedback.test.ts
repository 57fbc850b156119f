import { expect, it } from "vitest";
import type { Audit } from "../../src/core/audit.ts";
import type { Principal } from "../../src/core/principal.ts";
import { type FeedbackStore, openFeedback, type PostedAnswer } from "../../src/turn/feedback.ts";

const answer: PostedAnswer = {
  ...{ turn: "turn-1", conversation: "T0/C0/1.0", channel: "C0", pages: ["2.0"], inFlight: false },
};
const anna: Principal = {
  ...{ kind: "person", workspace: "T0", user: "U0ANNA", name: "Anna", email: "anna@example.com" },
  ...{ timezone: "UTC", guest: false, external: false, bot: false, active: true },
};

it("takes a thumb that is quicker than the ts of its answer", async () => {
  // The answer's ts is stored only after the thumb has come.
  const looks: (PostedAnswer | undefined)[] = [undefined, undefined, answer];
  const kept: unknown[] = [];
  const store = {
    answerAt: () => Promise.resolve(looks.shift()),
    put: (_: unknown, feedback: unknown) => Promise.resolve(void kept.push(feedback)),
  } as unknown as FeedbackStore;
  const audit = { appendIn: () => Promise.resolve() } as unknown as Audit;
  const transact = <T>(work: (tx: never) => Promise<T>): Promise<T> => work(undefined as never);
  const feedback = openFeedback({ store, transact, audit });
  const { turn } = await feedback.react({ channel: "C0", ts: "2.0" }, "down", anna);
  expect(turn).toBe("turn-1");
  expect(kept).toMatchObject([{ turn: "turn-1", verdict: "down", via: "reaction" }]);
});
