import type { KnownBlock } from "@slack/types";
import type { ConversationRef } from "../../core/turn.ts";
import type { LinkPolicy } from "../markdown/rich-text.ts";
import { fallbackText, renderMarkdown } from "../markdown/render.ts";
import { clip } from "../markdown/safe-text.ts";
import { button, buttons, context, escaped, type Message } from "./parts.ts";

/** Sources named below an answer; more are counted. */
const sourcesMax = 8;
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
  /** Title of the agent that answered. */
  agent: string;
  /** Model name, or `offline`. */
  planner: string;
  seconds: number;
  modelCalls: number;
  tokens: number;
}

const sources = (view: AnswerView, allowed: LinkPolicy): KnownBlock[] => {
  if (view.sources.every((source) => source.links.length === 0)) return [];
  const links = view.sources.flatMap((source) => source.links);
  const unique = [...new Map(links.map((link) => [link.url, link])).values()];
  const shown = unique.slice(0, sourcesMax).map(({ label, url }) =>
    // A URL with `>` or `|` would end the link early: such a one stays text.
    allowed(url) && !/[<>|\s]/.test(url)
      ? `<${escaped(url)}|${escaped(label).replaceAll("|", "¦")}>`
      : escaped(label),
  );
  const more = unique.length > sourcesMax ? ` and ${unique.length - sourcesMax} more` : "";
  return [context(`Sources: ${shown.join(" · ")}${more}`)];
};

/** An answer of the offline router says so in its own words; the footer needs not repeat it. */
const footer = (view: AnswerView): string => {
  const cost = view.modelCalls === 0 ? "" : ` · ${view.planner}, ${view.tokens.toLocaleString("en")} tokens`;
  return `${escaped(view.agent)} · ${view.seconds.toFixed(1)} s${escaped(cost)}`;
};

/** An answer as pages: its words through the output filter; on the last its offers, sources, one line of footer. */
export const drawAnswer = (view: AnswerView, allowed: LinkPolicy): Message[] => {
  const open = view.offers.filter((offer) => offer.usedBy === null).slice(0, offersMax);
  const blocks = [
    ...renderMarkdown(view.text, allowed),
    ...buttons(...open.map((offer) => button(offer.label, `offer:${offer.id.slice(0, 8)}`, offer.id))),
    ...sources(view, allowed),
    context(footer(view)),
  ];
  return [{ text: clip(escaped(fallbackText(view.text)), 3_000) || "Done.", blocks }];
};
