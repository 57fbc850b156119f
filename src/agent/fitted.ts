import { clean } from "./clean.ts";
import type { Message } from "./messages.ts";
import { roughTokens } from "./model-messages.ts";

/** A result is never cut shorter than this: below it, it says nothing any more. */
const charsMin = 200;

/** The same messages with the longest results cut until all fit the given rough tokens, or nothing more can be cut. */
export const fitted = (messages: readonly Message[], tokens: number): Message[] => {
  const cutTo = (chars: number): Message[] =>
    messages.map((message) =>
      message.role === "tool" ? { ...message, text: clean(message.text, chars) } : message,
    );
  const longest = Math.max(0, ...messages.map(({ role, text }) => (role === "tool" ? text.length : 0)));
  let chars = longest;
  let fit = [...messages];
  while (roughTokens(fit) > tokens && chars > charsMin) {
    chars = Math.max(charsMin, Math.floor(chars * 0.8));
    fit = cutTo(chars);
  }
  return fit;
};
