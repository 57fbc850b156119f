import type { JsonObject } from "../../core/json.ts";
import type { Question } from "../../core/question.ts";
import { isNegated, isQuestion } from "./guards.ts";
import { plainText } from "./mentions.ts";
import { extractSlots } from "./slots.ts";
import { fitting } from "./takers.ts";
import type { Catalogue, Clock, RouterTool } from "./types.ts";

/** An answer that is the value itself: short, and no sentence. */
const valueCharsMax = 80;
const valueWordsMax = 6;

/** What words bring to a call that waits for arguments. `complete`: it may be made as it is. */
export interface Filled {
  args: JsonObject;
  complete: boolean;
}

/** An answer in a sentence names things with a capital letter; any other word may be anything. */
const reliable = (tool: RouterTool, args: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(args).filter(([name, value]) => {
      const kind = tool.slots[name];
      return (kind !== "deal" && kind !== "text") || /\p{Lu}/u.test(JSON.stringify(value));
    }),
  );

const isValue = (text: string): boolean =>
  text.length <= valueCharsMax && text.split(" ").length <= valueWordsMax;

/** A choice that the words name as it stands on its button. */
const chosen = ({ choices, call }: Question, text: string): JsonObject => {
  const [only] = call?.missing ?? [];
  const choice = choices.find(({ label }) => label.toLowerCase() === text.toLowerCase());
  return only === undefined || choice?.value === undefined ? {} : { [only]: choice.value };
};

/**
 * Reads words as the answer to an open question: one of its choices, arguments in a sentence, or the missing value by
 * itself. Nothing where the words bring no argument, or name another thing than the call is about: they are a new request.
 */
export const fillPending = (
  question: Question,
  words: string,
  tool: RouterTool,
  { catalogue = {}, ...clock }: Clock & { catalogue?: Catalogue },
): Filled | undefined => {
  const { call } = question;
  if (call === undefined) return undefined;
  const text = plainText(words)
    .replace(/[.!]+$/u, "")
    .trim();
  if (text.endsWith("?") || isQuestion(text) || isNegated(text)) return undefined;
  const known = { ...call.args };
  for (const name of call.missing) delete known[name];
  const found = extractSlots(text, tool, catalogue, clock);
  const [only, ...others] = call.missing;
  const bare =
    only !== undefined && others.length === 0 && isValue(text) ? { [only]: fitting(tool, only, text) } : {};
  const named = chosen(question, text);
  const sentence = reliable(tool, found.args);
  // A name by itself is read as a name, whatever a sentence would make of its words.
  const said = [named, sentence, bare].find((args) =>
    Object.keys(args).some((name) => !Object.hasOwn(known, name)),
  );
  const another = Object.entries(sentence).some(
    ([name, value]) => Object.hasOwn(known, name) && known[name] !== value,
  );
  if (said === undefined || another) return undefined;
  const args = { ...said, ...known };
  const whole = said !== sentence || found.unplaced.length === 0;
  return { args, complete: whole && tool.input.safeParse(args).success };
};
