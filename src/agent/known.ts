import { clean } from "./clean.ts";
import type { Work } from "./works.ts";

const partCharsMax = 3_000;

/**
 * An answer made by code when no model may be asked any more: what other agents answered and what reads gave, as it is.
 */
export const knownSoFar = (work: Work, works: readonly Work[]): string => {
  const answers = works
    .filter((one) => one.parent?.work === work.id && one.answer !== null)
    .map((one) => one.answer ?? "");
  const results = work.messages.flatMap((message) =>
    message.role === "tool" && message.ok ? [message.text] : [],
  );
  const parts = (answers.length > 0 ? answers : results).map((text) => clean(text, partCharsMax));
  return parts.length === 0
    ? "I have no answer yet: nothing was found out before I had to stop."
    : `This is what is known so far.\n\n${parts.join("\n\n")}`;
};
