import { instructions } from "./model-script.ts";
import type { Steward } from "../steward.ts";

/** An answer that a model has begun and not finished. */
interface HeldAnswer {
  /** Every paragraph of it. */
  paragraphs: readonly string[];
  /** Lets the model say the rest. */
  release(): void;
}

/**
 * Scripts an answer of several paragraphs to a request with these words: the model says the first ones (all but the
 * last) and some words of the last, then nothing until it is released.
 */
export const heldAnswer = (
  { model }: Pick<Steward, "model">,
  ask: string,
  paragraphs: readonly string[],
): HeldAnswer => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const said = paragraphs.slice(0, -1).join(" ").split(/\s+/).length;
  model.script({
    name: `a held answer to ${ask}`,
    when: { system: instructions.supervisor, user: ask, hasToolResult: false },
    // One piece opens the stream; two words of the last paragraph show that the one before it is whole.
    say: { text: paragraphs.join("\n\n"), hold: { after: 1 + said + 2, until: promise } },
  });
  return { paragraphs, release: () => resolve() };
};
