import type { ModalView, PlainTextOption } from "@slack/types";
import { clip, visible } from "../markdown/safe-text.ts";
import { modal } from "../modals.ts";
import { context, escaped, paragraph, words } from "./parts.ts";

/** Callback id of the form that asks for the right agent. */
export const correctionForm = "wrong-agent";

/** Ids of the form's parts. */
export const correctionParts = { agent: "agent", again: "again", value: "value" } as const;

/** Radio buttons of one block. */
const agentsMax = 10;

/** An agent that could have answered; `score` where the router weighed it. */
export interface AgentChoice {
  name: string;
  title: string;
  description: string;
  score: number | undefined;
}

const option = (text: string, value: string, description?: string): PlainTextOption => ({
  text: { type: "plain_text", text: clip(visible(text), 75), emoji: false },
  value,
  ...(description !== undefined &&
    description !== "" && {
      description: { type: "plain_text", text: clip(visible(description), 75), emoji: false },
    }),
});

/** The form: who answered, who else could have, with scores, and whether to ask again now. */
export const drawCorrection = (
  turn: string,
  answered: { question: string; agent: string; why: string },
  choices: readonly AgentChoice[],
): ModalView => {
  const best = [...choices].toSorted((a, b) => (b.score ?? -1) - (a.score ?? -1)).slice(0, agentsMax);
  const options = best.map(({ name, title, description, score }) =>
    option(score === undefined ? title : `${title} (score ${score.toFixed(2)})`, name, description),
  );
  return modal(
    "Wrong agent?",
    [
      paragraph([words(clip(answered.question, 600))]),
      context(escaped(`Answered by ${answered.agent}: ${answered.why}`)),
      {
        type: "input",
        block_id: correctionParts.agent,
        label: { type: "plain_text", text: "Who should have answered?" },
        element: { type: "radio_buttons", action_id: correctionParts.value, options },
      },
      {
        type: "input",
        block_id: correctionParts.again,
        optional: true,
        label: { type: "plain_text", text: "And now" },
        element: {
          type: "checkboxes",
          action_id: correctionParts.value,
          options: [option("Ask this agent the same now", "again")],
          initial_options: [option("Ask this agent the same now", "again")],
        },
      },
      context("Your answer is kept as an example for choosing agents."),
    ],
    { id: correctionForm, submit: "Send", about: turn },
  );
};

/** Where nothing can be corrected. */
export const drawNoCorrection = (why: string): ModalView => modal("Wrong agent?", [paragraph([words(why)])]);
