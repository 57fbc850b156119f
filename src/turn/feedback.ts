import { setTimeout as wait } from "node:timers/promises";
import type { Audit } from "../core/audit.ts";
import { type Principal, personKey } from "../core/principal.ts";
import { storable } from "../core/text.ts";
import type { Transact, Tx } from "../core/tx.ts";

/** Why an answer was no help. */
export const feedbackReasons = ["wrong_data", "wrong_action", "too_slow", "not_permitted", "other"] as const;
export type FeedbackReason = (typeof feedbackReasons)[number];

/** A button may be pressed while its message's ts is still on its way to us. */
const inFlightMs = 1_500;
const lookAgainMs = 100;

/** Words beside a reason; a text field of Slack's takes no more. */
const wordsCharsMax = 3_000;

/** An answer as it stands in Slack. */
export interface PostedAnswer {
  turn: string;
  conversation: string;
  channel: string;
  /** Its messages, in order; buttons stand on the last. */
  pages: string[];
  /** Slack has it, or is about to; where it stands may not be known yet. */
  inFlight: boolean;
}

/** A message in Slack. */
interface MessagePlace {
  channel: string;
  ts: string;
}

/** One person's word on one answer. */
interface NewFeedback {
  turn: string;
  person: string;
  name: string;
  verdict: "up" | "down";
  via: "button" | "reaction";
}

/** Where feedback is kept; store/ implements it. */
export interface FeedbackStore {
  /** The posted answer of a turn. */
  answerOf(tx: Tx, turn: string): Promise<PostedAnswer | undefined>;
  /** The answer that a message is, or is a page of. */
  answerAt(tx: Tx, message: MessagePlace): Promise<PostedAnswer | undefined>;
  /** Keeps a person's word in place of an earlier one; another verdict clears the reason. */
  put(tx: Tx, feedback: NewFeedback): Promise<void>;
  /** Adds the reason to a "no"; false when this person gave none. */
  explain(
    tx: Tx,
    of: { turn: string; person: string },
    reason: FeedbackReason,
    words: string,
  ): Promise<boolean>;
  /** Takes back what a reaction said; false when there was nothing. */
  takeBack(tx: Tx, of: { turn: string; person: string; verdict: "up" | "down" }): Promise<boolean>;
}

/** What became of somebody's word; `turn` is set where it was kept. */
interface FeedbackAnswer {
  turn?: string;
  text: string;
}

/** What people say of answers: one word a person and answer. Each is one transaction with its audit row. */
export interface Feedback {
  /** The answer of a turn, where this message is one of its own; a copy elsewhere is nothing. */
  answerOn(turn: string, message: MessagePlace): Promise<PostedAnswer | undefined>;
  /** A press of a button below an answer. Refused, and recorded, on any other message than the answer's own. */
  press(turn: string, verdict: "up" | "down", by: Principal, message: MessagePlace): Promise<FeedbackAnswer>;
  /** A reaction on a message; nothing where that is no answer. */
  react(message: MessagePlace, verdict: "up" | "down", by: Principal): Promise<FeedbackAnswer>;
  /** A reaction was taken away. */
  unreact(message: MessagePlace, verdict: "up" | "down", by: Principal): Promise<void>;
  /** Why it was no help. */
  explain(turn: string, by: Principal, reason: FeedbackReason, words: string): Promise<FeedbackAnswer>;
}

const foreign = "This button works only on the answer it was posted with; nothing was recorded.";

/** Wires feedback to its store. */
export const openFeedback = (parts: { store: FeedbackStore; transact: Transact; audit: Audit }): Feedback => {
  const { store, transact, audit } = parts;

  const keep = async (
    tx: Tx,
    answer: PostedAnswer,
    given: Pick<NewFeedback, "verdict" | "via">,
    by: Principal,
  ): Promise<FeedbackAnswer> => {
    const { turn, conversation } = answer;
    const person = personKey(by);
    await store.put(tx, { turn, person, name: storable(by.name), ...given });
    await audit.appendIn(tx, {
      kind: "feedback.given",
      actor: person,
      conversation,
      turn,
      fields: { ...given },
    });
    return { turn, text: given.verdict === "up" ? "Noted: this was a help." : "Noted: this was no help." };
  };

  const answerOn = async (turn: string, message: MessagePlace): Promise<PostedAnswer | undefined> => {
    const deadline = performance.now() + inFlightMs;
    for (;;) {
      const answer = await transact((tx) => store.answerOf(tx, turn));
      if (answer === undefined) return undefined;
      if (answer.channel === message.channel && answer.pages.includes(message.ts)) return answer;
      if (!answer.inFlight || performance.now() > deadline) return undefined;
      await wait(lookAgainMs);
    }
  };

  /** A thumb may be quicker than the ts of what it is given to. */
  const answerUnder = async (message: MessagePlace): Promise<PostedAnswer | undefined> => {
    const deadline = performance.now() + inFlightMs;
    for (;;) {
      const answer = await transact((tx) => store.answerAt(tx, message));
      if (answer !== undefined || performance.now() > deadline) return answer;
      await wait(lookAgainMs);
    }
  };

  return {
    answerOn,
    press: async (turn, verdict, by, message) => {
      const answer = await answerOn(turn, message);
      return transact(async (tx) => {
        if (answer !== undefined) return keep(tx, answer, { verdict, via: "button" }, by);
        await audit.appendIn(tx, {
          kind: "click.refused",
          actor: personKey(by),
          fields: { click: "feedback", answer: "forged", turn: turn.slice(0, 80), ...message },
        });
        return { text: foreign };
      });
    },
    react: async (message, verdict, by) => {
      const answer = await answerUnder(message);
      if (answer === undefined) return { text: "" };
      return transact((tx) => keep(tx, answer, { verdict, via: "reaction" }, by));
    },
    unreact: (message, verdict, by) =>
      transact(async (tx) => {
        const answer = await store.answerAt(tx, message);
        if (answer === undefined) return;
        const { turn, conversation } = answer;
        const person = personKey(by);
        if (!(await store.takeBack(tx, { turn, person, verdict }))) return;
        const entry = { kind: "feedback.taken_back", actor: person, conversation, turn };
        await audit.appendIn(tx, { ...entry, fields: { verdict } });
      }),
    explain: (turn, by, reason, words) =>
      transact(async (tx) => {
        const person = personKey(by);
        const said = storable(words.slice(0, wordsCharsMax));
        if (!(await store.explain(tx, { turn, person }, reason, said))) {
          return { text: "There is no feedback of yours on this answer any more; nothing was recorded." };
        }
        await audit.appendIn(tx, {
          ...{ kind: "feedback.explained", actor: person, turn },
          fields: { reason, words: said !== "" },
          payload: { words: said },
        });
        return { turn, text: "Noted. The people who look after this agent see it." };
      }),
  };
};
