import type { App } from "@slack/bolt";
import { type CorrectionParts, listenToCorrections } from "./corrections.ts";
import { type DetailsParts, listenToDetails } from "./details.ts";
import { type FeedbackParts, listenToFeedback } from "./feedback.ts";
import { listenToShortcuts, type ShortcutParts } from "./shortcuts.ts";

/** What stands below an answer, and what people ask about a message. */
export type AnswerParts = FeedbackParts & DetailsParts & CorrectionParts & ShortcutParts;

/** Registers feedback, *Details*, *Wrong agent?* and the message shortcuts. */
export const listenToAnswers = (app: App, parts: AnswerParts): void => {
  listenToFeedback(app, parts);
  listenToDetails(app, parts);
  listenToCorrections(app, parts);
  listenToShortcuts(app, parts);
};
