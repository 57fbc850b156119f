import type { ModalView } from "@slack/types";
import { clip } from "../markdown/safe-text.ts";
import { modal } from "../modals.ts";
import { context, paragraph, words } from "./parts.ts";

/** Callback id of the form behind *Ask Steward about this*. */
export const askAboutForm = "ask-about";

/** Ids of the form's parts. */
export const askAboutParts = { question: "question", value: "value" } as const;

const quoteCharsMax = 1_000;

/** The form: the message that is asked about, as a quote, and the question. `about` comes back with the submission. */
export const drawAskAbout = (quoted: string, about: string): ModalView =>
  modal(
    "Ask Steward",
    [
      {
        type: "rich_text",
        elements: [
          { type: "rich_text_quote", elements: [words(clip(quoted || "(no text)", quoteCharsMax))] },
        ],
      },
      {
        type: "input",
        block_id: askAboutParts.question,
        label: { type: "plain_text", text: "What do you want to know, or done?" },
        element: {
          type: "plain_text_input",
          action_id: askAboutParts.value,
          multiline: true,
          max_length: 3_000,
          focus_on_load: true,
        },
      },
      context("The question and the answer stand in the thread of this message, for all who read it."),
    ],
    { id: askAboutForm, submit: "Ask", about },
  );

/** Where Steward can neither read nor answer. */
export const drawNotHere = (): ModalView =>
  modal("Ask Steward", [
    paragraph([
      words(
        "I am not a member here, so I can neither read this message nor answer below it. Invite me to the channel, or ask me in our direct messages.",
      ),
    ]),
  ]);
