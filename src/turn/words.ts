import type { Action } from "../core/action.ts";
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

export const notStarted = (error: unknown): string =>
  `I could not start on this. ${reasonOf(error)} Nothing was changed. Please ask again in a moment.`;

const listed = (actions: readonly Action[]): string =>
  actions.map((action) => action.preview.sentence).join("; ");

/** The receipt of a stop: what was taken back, and what runs on. */
export const receipt = (by: string, cancelled: readonly Action[], running: readonly Action[]): string =>
  [
    `Stopped by ${by}.`,
    cancelled.length === 0 ? "" : `Not done: ${listed(cancelled)}.`,
    running.length === 0 ? "" : `Already under way, its card says how it ends: ${listed(running)}.`,
    cancelled.length + running.length === 0 ? "Nothing was changed." : "",
  ]
    .filter((line) => line !== "")
    .join(" ");
