import { distance } from "fastest-levenshtein";
import type { Reading } from "./blank.ts";
import { readMentions } from "./mentions.ts";
import type { Catalogue, Clock, MentionKind } from "./types.ts";

/**
 * A sentence as the classifier sees it: words in lower case, entities as `<kind>`. Names differ from company to
 * company and say nothing about which tool is meant; their place in the sentence does.
 */
export type Token = { word: string; capital: boolean } | { mask: string };

const masks: Record<MentionKind, string> = {
  project: "<project>",
  group: "<group>",
  merge_request: "<mr>",
  pipeline: "<number>",
  job: "<number>",
  issue: "<number>",
  number: "<number>",
  email: "<person>",
  money: "<money>",
  date: "<date>",
  period: "<period>",
  person: "<person>",
  link: "<link>",
  deal: "<deal>",
  stage: "<stage>",
};

const wordsOf = (text: string): Token[] =>
  [...text.matchAll(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*|\?/gu)].map(([word]) => ({
    word: word.toLowerCase().replace(/'s$/u, "").replaceAll("-", ""),
    capital: /^\p{Lu}/u.test(word),
  }));

/** Words of politeness: they say nothing about what is asked for. */
const polite =
  /\b(?:(?:can|could|would|will) you(?: please| pls| plz)?|please|pls|plz|thanks|thank you|for me)\b/giu;

/** One spelling for what people write in several ways. */
const uniform = (text: string): string =>
  text.replaceAll(/\bmerge[ -]requests\b/giu, "mrs").replaceAll(/\bmerge[ -]request\b/giu, "mr");

/** A project beside a numbered thing only says where that is: "!12 in a/b" asks for the same as "!12". */
function dropPlaces(tokens: readonly Token[]): Token[] {
  const numbered = tokens.some(
    (token) => "mask" in token && (token.mask === "<mr>" || token.mask === "<number>"),
  );
  if (!numbered) return [...tokens];
  const isProject = (token: Token | undefined): boolean =>
    token !== undefined && "mask" in token && token.mask === "<project>";
  const isPlace = (token: Token): boolean => "word" in token && /^(?:in|of|on|from|at)$/u.test(token.word);
  return tokens.filter((token, at) => !isProject(token) && !(isPlace(token) && isProject(tokens[at + 1])));
}

/** Words and masks of a sentence that was read, in order. */
function tokensOf(reading: Reading): Token[] {
  const tokens: Token[] = [];
  const words = (from: number, to: number): Token[] =>
    wordsOf(uniform(reading.text.slice(from, to).replaceAll(polite, " ")));
  let at = 0;
  for (const mention of reading.mentions) {
    tokens.push(...words(at, mention.start), { mask: masks[mention.kind] });
    at = Math.max(at, mention.end);
  }
  return [...tokens, ...words(at, reading.text.length)];
}

/** Tokens of a sentence as it was typed. */
export const tokenize = (text: string, catalogue: Catalogue, clock: Clock): Token[] =>
  dropPlaces(tokensOf(readMentions(text, catalogue, clock)));

const placeholders: Record<string, readonly string[]> = {
  project: ["<project>"],
  merge_request: ["<mr>"],
  pipeline: ["<number>"],
  job: ["<number>"],
  issue: ["<number>"],
  stage: ["<stage>"],
  date: ["<date>"],
  money: ["<money>", "<number>"],
  group: ["<group>", "<word>"],
  person: ["<person>", "<name>", "<word>"],
  deal: ["<deal>", "<name>", "<word>"],
};
const unknownPlaceholder = ["<name>", "<word>", "<number>"] as const;

/**
 * A template of a tool's examples ("move {deal} to {stage}") as the token lines people could type: a name the
 * catalogue knows, one it does not, and one typed without its capital.
 */
export function expandTemplate(template: string, clock: Clock): Token[][] {
  const parts = template.split(/\{(\w+)\}/u);
  const count = Math.max(
    1,
    ...parts.map((part, at) => (at % 2 === 1 ? (placeholders[part] ?? unknownPlaceholder).length : 1)),
  );
  return Array.from({ length: count }, (_, variant) => {
    const line = parts.flatMap((part, at): Token[] => {
      if (at % 2 === 0) return tokensOf(readMentions(part, {}, clock));
      const choices = placeholders[part] ?? unknownPlaceholder;
      return [{ mask: choices[variant % choices.length] ?? "<word>" }];
    });
    return dropPlaces(line);
  });
}

/** Words the classifier knows: those of at least two examples, so that in training, too, rare words are unknown. */
export function vocabularyOf(examples: readonly (readonly Token[])[]): Set<string> {
  const seen = new Map<string, number>();
  for (const example of examples)
    for (const word of new Set(example.map((token) => ("word" in token ? token.word : ""))))
      seen.set(word, (seen.get(word) ?? 0) + 1);
  return new Set([...seen].filter(([word, count]) => word !== "" && count > 1).map(([word]) => word));
}

/** The known word that a misspelt one surely is: one letter off from five letters on, two from eight on. */
export function mendTypo(word: string, vocabulary: ReadonlySet<string>): string | null {
  if (word.length < 5) return null;
  const most = word.length >= 8 ? 2 : 1;
  let best: string | null = null;
  let least = most + 1;
  for (const known of vocabulary) {
    if (known.length < 4 || Math.abs(known.length - word.length) > most) continue;
    const off = distance(word, known);
    if (off < least) [best, least] = [known, off];
  }
  return best;
}

/**
 * The final line of symbols: known words, mended typos, masks; a capitalised unknown word is `<name>`, any other
 * `<word>`; runs of unknown words count once, since names have one to four of them.
 */
export function symbolsOf(tokens: readonly Token[], vocabulary: ReadonlySet<string>): string[] {
  const symbols: string[] = [];
  for (const [at, token] of tokens.entries()) {
    const symbol = "mask" in token ? token.mask : symbolOf(token, at, vocabulary);
    const last = symbols.at(-1);
    if ((symbol === "<name>" || symbol === "<word>") && (last === "<name>" || last === "<word>")) {
      if (symbol === "<name>") symbols[symbols.length - 1] = symbol;
    } else symbols.push(symbol);
  }
  return symbols;
}

function symbolOf(
  token: { word: string; capital: boolean },
  at: number,
  vocabulary: ReadonlySet<string>,
): string {
  if (vocabulary.has(token.word)) return token.word;
  const mended = token.capital && at > 0 ? null : mendTypo(token.word, vocabulary);
  return mended ?? (token.capital ? "<name>" : "<word>");
}
