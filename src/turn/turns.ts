import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import type { PendingCall } from "../core/question.ts";
import type { ConversationRef } from "../core/turn.ts";
import { converse } from "./converse.ts";
import type { FormStore } from "./form-ports.ts";
import { submitForm } from "./forms.ts";
import { acceptOffer, type OfferAnswer } from "./offers.ts";
import type { TurnParts } from "./parts.ts";
import { keepRunning } from "./running.ts";
import type { OpenRun } from "./ports.ts";
import { answerQuestion, questionForForm } from "./questions.ts";
import { type StopAnswer, stopThread, stopTurn, type ThreadStop } from "./stop.ts";

/** The turns of this process. */
export interface Turns {
  /** Handler of `converse` jobs. */
  converse(payload: JsonObject, shutdown: AbortSignal): Promise<void>;
  /**
   * Stops one turn (R9); `channel` is where its button was pressed, and must be the turn's own; `alone`: what its person
   * asked after it stays.
   */
  stop(turn: string, by: Principal, channel?: string, alone?: boolean): Promise<StopAnswer>;
  /** Stops what runs in a thread (R9), whoever said so; once. */
  stopThread(stop: ThreadStop): Promise<{ stopped: string[] }>;
  /** What runs or waits in somebody's name, newest first. */
  runsOf(person: { workspace: string; user: string }): Promise<OpenRun[]>;
  /** A pressed button under an answer, on behalf of who pressed it: used once, always answered. */
  acceptOffer(
    offer: string,
    person: Principal,
    message: { channel: string; ts: string },
  ): Promise<OfferAnswer>;
  /** A pressed choice of a question: used once, only by the person who was asked, always answered. */
  answerQuestion: ReturnType<typeof answerQuestion>;
  /** Looks at a question for somebody who wants to answer it by a form: its call, or why they may not. */
  questionForForm(
    question: string,
    person: Principal,
    message: { channel: string; ts: string },
  ): Promise<{ call: PendingCall; conversation: ConversationRef } | { refused: string }>;
  /** Forms: opened, looked up, and taken once. */
  forms: {
    add: FormStore["add"];
    find: FormStore["find"];
    submit: ReturnType<typeof submitForm>;
  };
  /** Each second: a turn stopped or taken over elsewhere stops here. */
  beat(): Promise<void>;
  /** R10, every few seconds: state is the truth, jobs are hints. */
  sweep(): Promise<{ strays: number; connections: number; conversations: number; channels: number }>;
}

/** Wires the room. */
export const createTurns = (parts: TurnParts): Turns => {
  const { lost } = parts;
  const running = keepRunning(parts.store);
  return {
    converse: converse(parts, running),
    stop: stopTurn(parts, running),
    stopThread: stopThread(parts, running),
    runsOf: (person) => parts.stops.runsOf(person),
    acceptOffer: acceptOffer(parts),
    answerQuestion: answerQuestion(parts),
    questionForForm: questionForForm(parts),
    forms: { add: parts.forms.add, find: parts.forms.find, submit: submitForm(parts) },
    beat: () => running.beat(),
    sweep: async () => {
      const found = {
        strays: await lost.putBackStrays(parts.worker, running.ids()),
        connections: await parts.connections.sweep(),
        conversations: await lost.addConverseJobs(),
        channels: await lost.addSendJobs(),
      };
      // An account that came, or a time that is over, is the ordinary way of a wait.
      if (found.strays + found.conversations + found.channels > 0)
        parts.log.warn(found, "the sweep found work without a job");
      return found;
    },
  };
};
