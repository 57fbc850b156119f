import MiniSearch from "minisearch";
import type { Tool } from "../core/tool.ts";
import { alsoCalled } from "./tool-words.ts";

/** Finds tools by plain words. */
export interface ToolSearch {
  /** Names of the tools that fit best, the best first; only those of `among`. */
  find(words: string, among: ReadonlySet<string>, most: number): string[];
}

/** Words that stand in every request and tell no tool from another. */
const stopWords = new Set(
  (
    "a about again all an and any are as at be been by can could did do does for from get give has have how i in " +
    "is it its let me my need now of on one or our out please shall should show so some that the their them then " +
    "there these they this those to us want was we were what when where which who whom whose why will with would you your"
  ).split(" "),
);

/** A word's stem, roughly: requests say "retrying payouts" where a tool says "retry a payout". */
const stem = (word: string): string =>
  word.length < 5
    ? word
    : word
        .replace(/ies$/u, "y")
        .replace(/(?:ing|ed|es|s)$/u, "")
        .replace(/([b-df-hj-np-tv-z])\1$/u, "$1");

const termOf = (raw: string): string | null => {
  const word = raw.toLowerCase();
  return word.length < 2 || stopWords.has(word) ? null : stem(word);
};

/** `_` and digits part words too: names are `system_noun_verb`. */
const wordsOf = (text: string): string[] => text.split(/[^\p{L}]+/u).filter((word) => word !== "");

/** The example sentences without their placeholders: they are how people ask for it. */
const sentences = (tool: Tool): string => tool.examples.join("\n").replaceAll(/\{[^}]*\}/gu, " ");

/** What a word counts by where it stands; other words for the same count less. */
const ownWords = { name: 2, title: 2, about: 1, asked: 1 };
const otherWords = { name: 0.7, title: 0.7, about: 0.3, asked: 0.3 };

/** Indexes tools once, at start, by name, title, description and example sentences. */
export function toolSearch(tools: readonly Tool[]): ToolSearch {
  const index = new MiniSearch<{ id: string; name: string; title: string; about: string; asked: string }>({
    fields: ["name", "title", "about", "asked"],
    tokenize: wordsOf,
    processTerm: termOf,
    searchOptions: {
      boost: ownWords,
      combineWith: "OR",
      prefix: (term) => term.length >= 4,
      fuzzy: (term) => (term.length >= 6 ? 0.2 : false),
    },
  });
  index.addAll(
    tools.map((tool) => ({
      id: tool.name,
      name: tool.name,
      title: tool.title,
      about: tool.description,
      asked: sentences(tool),
    })),
  );
  return {
    find: (words, among, most) => {
      const other = { queries: [alsoCalled(wordsOf(words)).join(" ")], boost: otherWords, fuzzy: false };
      return index
        .search(
          { combineWith: "OR", queries: [words, other] },
          { filter: ({ id }) => among.has(id as string) },
        )
        .slice(0, most)
        .map(({ id }) => id as string);
    },
  };
}
