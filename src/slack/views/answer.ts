import type { KnownBlock } from "@slack/types";
import { type Language, languageOf } from "../../core/language.ts";
import type { ConversationRef } from "../../core/turn.ts";
import { renderPages } from "../markdown/render.ts";
import type { LinkPolicy } from "../markdown/rich-text.ts";
import { answerWords } from "../words/answer-words.ts";
import { drawSources } from "./answer-sources.ts";
import { drawQuestion, type QuestionView } from "./question.ts";
import { belowAnswer } from "./below-answer.ts";
import { button, buttons, context, escaped, type Message } from "./parts.ts";

/** Slack takes 5 comfortable buttons in a row. */
const offersMax = 5;

/** An answer as stored when its turn ended. */
export interface AnswerView {
  turn: string;
  /** What was asked: its language is the answer's. */
  ask: string;
  kind: ConversationRef["kind"];
  /** Markdown, with the notes at its end. */
  text: string;
  /** The text before the notes is a model's own words, whose claims need sources. */
  claims: boolean;
  notes: string[];
  sources: { call: number; title: string; links: { label: string; url: string }[] }[];
  offers: { id: string; label: string; usedBy: string | null }[];
  /** The answer asks the person something. */
  question?: QuestionView;
  /** An agent was chosen for it: another one could have answered. */
  routed?: boolean;
  /** Title of the agent that answered. */
  agent: string;
  /** Model name, or `offline`. */
  planner: string;
  seconds: number;
  modelCalls: number;
  tokens: number;
}

/** Words in which a question's language can be told. */
const tellingWords = 3;

/** The language of the question; of a question that is too short to tell, the one that it was answered in. */
export const languageOfAnswer = ({ ask, text }: Pick<AnswerView, "ask" | "text">): Language =>
  languageOf(ask.trim().split(/\s+/).length > tellingWords ? ask : `${ask}\n${text}`);

/** An answer of the offline router says so in its own words; the footer needs not repeat it. */
const footer = (view: AnswerView, language: Language): string => {
  const words = answerWords(language);
  const number = (value: number, digits: number): string =>
    value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const cost = view.modelCalls === 0 ? [] : [view.planner, words.tokens(number(view.tokens, 0))];
  return [view.agent, words.seconds(number(view.seconds, 1)), ...cost].map(escaped).join(" · ");
};

/** The words before the notes that code added at their end. */
const bodyOf = ({ text, notes }: AnswerView): { body: string; notes: string[] } => {
  const tail = ["", ...notes].join("\n\n");
  return notes.length > 0 && text.endsWith(tail)
    ? { body: text.slice(0, -tail.length), notes }
    : { body: text, notes: [] };
};

/** Where the file of a table goes that is too large for a message: its readers are known only in a direct message. */
const filesOf = ({ kind }: Pick<AnswerView, "kind">): "here" | "direct" =>
  kind === "dm" ? "here" : "direct";

/**
 * An answer as pages, in the language of the question: its words through the output filter; on the last page its
 * offers, its sources and one line of footer.
 */
export const drawAnswer = (view: AnswerView, allowed: LinkPolicy, charsMax?: number): Message[] => {
  const language = languageOfAnswer(view);
  const words = answerWords(language);
  const { body, notes } = bodyOf(view);
  const drawn = renderPages(body, {
    ...{ allowed, language, notes, files: filesOf(view) },
    ...(view.claims && { known: view }),
    ...(charsMax !== undefined && { charsMax }),
  });
  const pages = drawn.length > 0 ? drawn : renderPages(words.done, { allowed });
  const open = view.offers.filter((offer) => offer.usedBy === null).slice(0, offersMax);
  const end: KnownBlock[] = [
    ...drawQuestion(view.question, language),
    ...buttons(...open.map((offer) => button(offer.label, `offer:${offer.id.slice(0, 8)}`, offer.id))),
    ...drawSources(view, allowed, words),
    ...(pages.some(({ marked }) => marked) ? [context(words.unsourced)] : []),
    context(footer(view, language)),
    ...belowAnswer(view.turn, view.routed === true, words),
  ];
  return pages.map(({ blocks, text }, index) => {
    const isLast = index === pages.length - 1;
    const below = isLast ? end : [context(words.part(String(index + 1), String(pages.length)))];
    return { text: text || words.done, blocks: [...blocks, ...below] };
  });
};
