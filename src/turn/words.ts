import { StewardError } from "../core/errors.ts";

/** What people read when a turn could not do its work. Never a stack, never silence, always the next step. */

const reference = (turn: string): string => `Reference: ${turn.slice(0, 8)}.`;

/** Whether anything may have happened: a first run only reads and proposes; later, the cards say it. */
const effects = (waited: boolean): string =>
  waited ? "What was decided stands as its card says; nothing else was changed." : "Nothing was changed.";

/** The error in words, where it was made for people. */
const reasonOf = (error: unknown): string =>
  error instanceof StewardError ? error.message : "Something went wrong on my side.";

export const outOfTime = (seconds: number, waited: boolean, turn: string): string =>
  `I stopped after ${seconds} seconds without an answer. ${effects(waited)} Ask again, perhaps for a smaller part. ${reference(turn)}`;

export const gaveUp = (tries: number, error: unknown, waited: boolean, turn: string): string =>
  `I could not finish this after ${tries} ${tries === 1 ? "try" : "tries"}. ${reasonOf(error)} ${effects(waited)} Ask again in a moment. ${reference(turn)}`;

/** A turn whose agents gave up: their reason says what was done before. */
export const failed = (reason: string, turn: string): string =>
  `${reason}\nAsk again in a moment. ${reference(turn)}`;

/** Who asked has left since: what was decided stands as its cards say. */
export const noLongerHere = (name: string): string =>
  `${name}, who asked for this, is no longer active here, so I went no further.`;

/** A turn that waited for an account cannot go on from where it was (R11), and has done nothing that continues it. */
export const lostItsPlace =
  "I was updated while this waited for an account of yours, and lost my place in it. What was decided stands as its cards say; please ask again for the rest.";

export const notStarted = (error: unknown): string =>
  `I could not start on this. ${reasonOf(error)} Nothing was changed. Please ask again in a moment.`;

/** What a press of Stop is answered; the receipt stands in the thread. */
export const stopped = "Stopped. The receipt stands in its thread.";
export const stoppedBefore = (by: string): string => `Stopped by ${by} before it began. Nothing was changed.`;
export const nothingRuns = "Nothing of mine runs in this thread.";
/** `asker`: whose it is, where that is known. */
export const mayNotStop = (asker: string | undefined): string =>
  `Guests and people of other organisations cannot stop this. ${asker === undefined ? "Who asked for it" : `${asker}, who asked for it,`} and their colleagues can.`;
export const mayNotMute =
  "Guests and people of other organisations decide whether I am silent only where they alone have asked me. Nothing was changed; colleagues can do it.";
/** Slack's directory did not answer: what only colleagues may do is not done. */
export const whoIsUnknown =
  "I could not look up who wrote this, and only colleagues can do it for others. Nothing of others was changed. Write it again in a moment.";
