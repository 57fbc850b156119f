import { finalActionStates, type Action } from "../core/action.ts";
import { limits } from "../core/limits.ts";
import { clean } from "./clean.ts";
import type { CallResult } from "./works.ts";

/** Whether an action's part in its turn is over. Unknown is an outcome: a person settles it, not this turn. */
export const isOver = (action: Action): boolean =>
  action.state === "unknown" || finalActionStates.includes(action.state);

type Words = (sentence: string, why: string, who: string) => string;

const open: Words = (sentence) => `Still open: ${sentence}.`;

const words: Record<Action["state"], Words> = {
  planned: open,
  waiting: open,
  approved: open,
  executing: open,
  succeeded: (sentence, why) => `Done: ${sentence}.${why}`,
  failed: (sentence, why) => `Failed: ${sentence}.${why}`,
  unknown: (sentence, why) =>
    `Unknown: ${sentence}. It was sent, and nobody can say yet whether it happened.${why} Check on its card settles it.`,
  rejected: (sentence, why, who) => `Rejected${who}: ${sentence}.${why}`,
  expired: (sentence, why) => `Expired: ${sentence}. Nobody decided in time, so nothing was done.${why}`,
  cancelled: (sentence, why, who) => `Cancelled${who}: ${sentence}. Nothing was done.${why}`,
  superseded: (sentence, why) => `Replaced: ${sentence}. Nothing was done.${why}`,
};

const stated = ({ state, preview, outcome }: Action): string => {
  const why = outcome === null || outcome.text === "" ? "" : ` ${outcome.text}`;
  const who = outcome?.by === undefined ? "" : ` by ${outcome.by}`;
  return words[state](preview.sentence, why, who);
};

/** What became of an action, for people: drawn by code from the ledger. */
export const outcomeForPeople = (action: Action): CallResult => {
  const output = action.outcome?.output;
  const more = output === undefined || output.text === action.outcome?.text ? "" : `\n\n${output.text}`;
  return {
    text: clean(`${stated(action)}${more}`, limits.toolTextCharsMax),
    ok: action.state === "succeeded",
    untrusted: output?.untrusted ?? [],
    source: null,
  };
};

const lessons: Partial<Record<Action["state"], string>> = {
  unknown: "Tell the person that the outcome is unknown. Never propose it again.",
  rejected: "This is final. Tell who rejected it and the reason, where one is given.",
  expired: "Tell the person; do not propose it again unless they ask anew.",
  cancelled: "Tell the person; do not propose it again unless they ask anew.",
  superseded: "Tell the person; do not propose it again unless they ask anew.",
};

/** The same for a model, with what follows from it. */
export const outcomeForModel = (action: Action): CallResult => {
  const lesson = lessons[action.state];
  const result = outcomeForPeople(action);
  return lesson === undefined ? result : { ...result, text: `${result.text}\n${lesson}` };
};
