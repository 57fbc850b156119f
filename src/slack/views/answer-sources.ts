import type { KnownBlock } from "@slack/types";
import type { LinkPolicy } from "../markdown/rich-text.ts";
import type { AnswerWords } from "../words/answer-words.ts";
import type { AnswerView } from "./answer.ts";
import { context, escaped } from "./parts.ts";

/** Sources named below an answer; more are counted. */
const sourcesMax = 8;
/** Links of one call. */
const linksMax = 4;
/** Slack's 2,000 for one line, and room for its beginning and end: a link is never cut. */
const charsMax = 1_800;

const linked = ({ label, url }: { label: string; url: string }, allowed: LinkPolicy): string =>
  // A URL with `>` or `|` would end the link early: such a one stays text.
  allowed(url) && !/[<>|\s]/.test(url)
    ? `<${escaped(url)}|${escaped(label).replaceAll("|", "¦")}>`
    : escaped(label);

/** Every call that brought something, by its number, with where it can be seen. */
const numbered = ({ sources }: AnswerView, allowed: LinkPolicy): string[] =>
  sources.map(({ call, title, links }) => {
    const shown = links.slice(0, linksMax).map((link) => linked(link, allowed));
    return `[${call}] ${shown.length === 0 ? escaped(title) : shown.join(", ")}`;
  });

/** What code answered with speaks for itself: where it can be seen, each place once. */
const plainly = ({ sources }: AnswerView, allowed: LinkPolicy): string[] => {
  const links = sources.flatMap((source) => source.links);
  return [...new Map(links.map((link) => [link.url, link])).values()].map((link) => linked(link, allowed));
};

/** One line with an answer's sources: of a model's own words numbered, as the words cite them. */
export const drawSources = (view: AnswerView, allowed: LinkPolicy, words: AnswerWords): KnownBlock[] => {
  const all = view.claims ? numbered(view, allowed) : plainly(view, allowed);
  const shown: string[] = [];
  for (const source of all.slice(0, sourcesMax)) {
    if ([...shown, source].join(" · ").length > charsMax) break;
    shown.push(source);
  }
  const left = all.length - shown.length;
  if (all.length === 0) return [];
  return [context(`${words.sources}: ${shown.join(" · ")}${left > 0 ? ` ${words.more(String(left))}` : ""}`)];
};
