import { instructions } from "./model-script.ts";
import type { Steward } from "../steward.ts";

/** An answer that a model has begun and not finished. */
interface HeldAnswer {
  /** Every paragraph of it. */
  paragraphs: readonly string[];
  /** Lets a delegated agent begin to speak. */
  start(): void;
  /** Lets the model say the rest. */
  release(): void;
}

/**
 * Scripts an answer of several paragraphs to a request with these words: the model says the first ones (all but the
 * last) and some words of the last, then nothing until it is released. `delegated`: an agent says it, so that a step of
 * the checklist opens the message, and its words are added to it from its start on.
 */
export const heldAnswer = (
  { model }: Pick<Steward, "model">,
  ask: string,
  paragraphs: readonly string[],
  { delegated = false } = {},
): HeldAnswer => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  if (!delegated) started.resolve();
  const said = paragraphs.slice(0, -1).join(" ").split(/\s+/).length;
  const by = delegated ? instructions.engineering : instructions.supervisor;
  if (delegated) {
    model.script({
      name: `hands on ${ask}`,
      when: { system: instructions.supervisor, user: ask, hasToolResult: false },
      say: { toolCalls: [{ name: "ask_engineering", args: { task: ask } }] },
    });
  }
  model.script({
    name: `a held answer to ${ask}`,
    when: { system: by, user: ask, hasToolResult: false },
    say: {
      text: paragraphs.join("\n\n"),
      // One piece opens the stream; two words of the last paragraph show that the one before it is whole.
      hold: [
        { after: 1, until: started.promise },
        { after: 1 + said + 2, until: promise },
      ],
    },
  });
  return { paragraphs, start: () => started.resolve(), release: () => resolve() };
};
