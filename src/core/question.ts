import type { JsonObject } from "./json.ts";

/** A call that waits for an argument: what is known of it, and what only a person can say. */
export interface PendingCall {
  tool: string;
  args: JsonObject;
  /** Names of the arguments that are missing, or that the request gives twice. */
  missing: string[];
}

/** One thing a person may answer, as a button. */
export interface Choice {
  /** At most 75 characters. */
  label: string;
  /** Where the question is about one argument: the value it stands for. */
  value?: string | number | boolean;
}

/** A name that fits several things: which argument it was, and what it could be. */
export interface Ambiguity {
  argument: string;
  choices: Choice[];
}

/**
 * One question to the person who asked, instead of a guess. It ends its turn; the answer (a click, a form, or words)
 * starts the next one.
 */
export interface Question {
  /** The question itself, Markdown; the turn's answer may say more around it. */
  text: string;
  /** Few: each is a button. */
  choices: Choice[];
  /** Absent where a model asks something of its own. */
  call?: PendingCall;
}

/** An answer's words with the choices that stand below it as buttons: as memory keeps it. */
export const withChoices = (text: string, choices: readonly Choice[]): string =>
  choices.length === 0 ? text : `${text}\n\nChoices: ${choices.map(({ label }) => label).join("; ")}`;

/** Choices of one question. */
export const choicesMax = 5;
/** Slack's longest button text, in characters. */
export const choiceCharsMax = 75;
