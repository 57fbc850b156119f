import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import { converse } from "./converse.ts";
import { acceptOffer, type OfferAnswer } from "./offers.ts";
import type { TurnParts } from "./parts.ts";
import { keepRunning } from "./running.ts";
import type { OpenRun } from "./ports.ts";
import { type StopAnswer, stopThread, stopTurn, type ThreadStop } from "./stop.ts";

/** The turns of this process. */
export interface Turns {
  /** Handler of `converse` jobs. */
  converse(payload: JsonObject, shutdown: AbortSignal): Promise<void>;
  /** Stops one turn (R9); `channel` is where its button was pressed, and must be the turn's own. */
  stop(turn: string, by: Principal, channel?: string): Promise<StopAnswer>;
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
  /** Each second: a turn stopped or taken over elsewhere stops here. */
  beat(): Promise<void>;
  /** R10, every few seconds: state is the truth, jobs are hints. */
  sweep(): Promise<{ strays: number; conversations: number; channels: number }>;
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
    beat: () => running.beat(),
    sweep: async () => {
      const found = {
        strays: await lost.putBackStrays(parts.worker, running.ids()),
        conversations: await lost.addConverseJobs(),
        channels: await lost.addSendJobs(),
      };
      if (found.strays + found.conversations + found.channels > 0)
        parts.log.warn(found, "the sweep found work without a job");
      return found;
    },
  };
};
