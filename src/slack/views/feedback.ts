import type { ContextActionsBlock, KnownBlock, ModalView, PlainTextOption } from "@slack/types";
import type { FeedbackReason } from "../../turn/feedback.ts";
import type { AnswerWords } from "../words/answer-words.ts";
import { modal } from "../modals.ts";
import { button, buttons, paragraph, words } from "./parts.ts";

/** Callback id of the form that asks why. */
export const feedbackForm = "feedback";

/** Ids of the form's parts. */
export const feedbackParts = { reason: "reason", words: "words", value: "value" } as const;

const reasons: Record<FeedbackReason, string> = {
  wrong_data: "The data was wrong",
  wrong_action: "It did the wrong thing",
  too_slow: "It was too slow",
  not_permitted: "It did not do what I may have done",
  other: "Something else",
};

/** The two buttons below an answer. */
export const feedbackButtons = (turn: string, { helpful, notHelpful }: AnswerWords): ContextActionsBlock => ({
  type: "context_actions",
  elements: [
    {
      type: "feedback_buttons",
      action_id: "feedback",
      positive_button: {
        text: { type: "plain_text", text: helpful.label },
        value: `up|${turn}`,
        accessibility_label: helpful.spoken,
      },
      negative_button: {
        text: { type: "plain_text", text: notHelpful.label },
        value: `down|${turn}`,
        accessibility_label: notHelpful.spoken,
      },
    },
  ],
});

/** The form that asks why an answer was no help. */
export const drawWhy = (turn: string): ModalView => {
  const options = Object.entries(reasons).map(([value, text]): PlainTextOption => ({
    text: { type: "plain_text", text, emoji: false },
    value,
  }));
  return modal(
    "What was wrong?",
    [
      {
        type: "input",
        block_id: feedbackParts.reason,
        label: { type: "plain_text", text: "What was wrong?" },
        element: { type: "radio_buttons", action_id: feedbackParts.value, options },
      },
      {
        type: "input",
        block_id: feedbackParts.words,
        optional: true,
        label: { type: "plain_text", text: "In your words" },
        element: {
          type: "plain_text_input",
          action_id: feedbackParts.value,
          multiline: true,
          max_length: 3_000,
        },
      },
    ],
    { id: feedbackForm, submit: "Send", about: turn },
  );
};

/** After a thumbs-down reaction, to the one who put it: a way to say why. */
export const drawAskWhy = (value: string): { text: string; blocks: KnownBlock[] } => ({
  text: "Noted: this was no help. Say why?",
  blocks: [
    paragraph([words("Noted: this was no help.")]),
    ...buttons(button("Say why", "feedback-why", value)),
  ],
});
