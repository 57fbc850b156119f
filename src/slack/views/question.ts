import type { KnownBlock } from "@slack/types";
import type { Language } from "../../core/language.ts";
import { answerIn, questionWords } from "../words/question-words.ts";
import { button, buttons, context, escaped } from "./parts.ts";

/** A question as stored: what can be answered, or how it was. */
export interface QuestionView {
  id: string;
  /** Labels of the choices, in order. */
  choices: string[];
  /** A call waits for its arguments: a form can give them. */
  fillable: boolean;
  answered: { by: string; answer: string } | null;
}

/** Below a question: its choices and the way to a form, or, once it is answered, by whom and how. */
export const drawQuestion = (question: QuestionView | undefined, language: Language): KnownBlock[] => {
  if (question === undefined) return [];
  const words = questionWords(language);
  const { id, choices, fillable, answered } = question;
  if (answered !== null) {
    return [context(escaped(words.answered(answered.by, answerIn(words, answered.answer))))];
  }
  const short = id.slice(0, 8);
  return [
    ...buttons(
      ...choices.map((label, at) => button(label, `answer:${short}:${at}`, `${id}|${at}`)),
      ...(fillable ? [button(words.fill, `fill:${short}`, id)] : []),
    ),
    context(words.orWords),
  ];
};
