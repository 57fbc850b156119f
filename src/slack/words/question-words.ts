import type { Language } from "../../core/language.ts";
import { byForm, inWords } from "../../turn/questions.ts";

/** What Steward says around a question. */
export interface QuestionWords {
  /** The button that opens a form. */
  fill: string;
  /** Below the buttons. */
  orWords: string;
  /** How it was answered, in place of the buttons. */
  answered(by: string, answer: string): string;
  inWords: string;
  byForm: string;
}

const catalogue: Record<Language, QuestionWords> = {
  en: {
    fill: "Fill in a form",
    orWords: "Or answer in words here.",
    answered: (by, answer) => `${by}: ${answer}`,
    inWords: "answered in words",
    byForm: "filled in a form",
  },
  de: {
    fill: "Formular ausfüllen",
    orWords: "Oder hier in Worten antworten.",
    answered: (by, answer) => `${by}: ${answer}`,
    inWords: "in Worten beantwortet",
    byForm: "Formular ausgefüllt",
  },
  fr: {
    fill: "Remplir un formulaire",
    orWords: "Ou répondre ici avec des mots.",
    answered: (by, answer) => `${by} : ${answer}`,
    inWords: "a répondu avec des mots",
    byForm: "a rempli un formulaire",
  },
  es: {
    fill: "Rellenar un formulario",
    orWords: "O responder aquí con palabras.",
    answered: (by, answer) => `${by}: ${answer}`,
    inWords: "respondió con palabras",
    byForm: "rellenó un formulario",
  },
};

/** Words around a question in the language of the request. */
export const questionWords = (language: Language): QuestionWords => catalogue[language];

/** A stored answer as people read it: a choice as it stood, other ways in their language. */
export const answerIn = (words: QuestionWords, answer: string): string => {
  if (answer === inWords) return words.inWords;
  return answer === byForm ? words.byForm : answer;
};
