import type { Reading } from "./blank.ts";
import { isCommonWord } from "./words.ts";

/** A piece of a sentence that can only be a name, with the words around it. */
export interface NameRun {
  text: string;
  /** The word before it, in lower case; empty at the start of a sentence. */
  before: string;
  /** Typed with a capital letter. */
  capital: boolean;
  /** "Tamarind's": what follows belongs to it. */
  possessive: boolean;
}

interface Word {
  text: string;
  end: number;
  start: number;
}

/** Small words that stand inside names: "Marks and Spencer", "Bank of Ireland". */
const joiners = new Set(["and", "of", "&", "de", "van", "von", "und"]);
const isCapital = (word: Word | undefined): boolean => word !== undefined && /^\p{Lu}/u.test(word.text);

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/&|[\p{L}\p{N}][\p{L}\p{N}._-]*(?:'\p{L}+)?/gu)].map((match) => ({
    text: match[0].replace(/[._-]+$/u, ""),
    start: match.index,
    end: match.index + match[0].replace(/[._-]+$/u, "").length,
  }));
}

/** Two words of one run have nothing but a space between them. */
const touches = (text: string, left: Word, right: Word): boolean =>
  /^\s$/u.test(text.slice(left.end, right.start));

/** Whether the word continues the run: no common word, or a joiner between two capitals. */
function continues(text: string, run: readonly Word[], word: Word, next: Word | undefined): boolean {
  const last = run.at(-1);
  if (last === undefined || !touches(text, last, word) || last.text.endsWith("'s")) return false;
  if (!joiners.has(word.text.toLowerCase())) return !isCommonWord(word.text);
  return (
    isCapital(last) &&
    isCapital(next) &&
    next !== undefined &&
    touches(text, word, next) &&
    !isCommonWord(next.text)
  );
}

/** Names in quotes and runs of words that are no common words, in order, from what no finder has claimed. */
export function nameRuns(reading: Reading): NameRun[] {
  const text = reading.rest;
  const words = wordsOf(text);
  const runs: NameRun[] = [];
  let before = "";
  for (let at = 0; at < words.length;) {
    const run: Word[] = [];
    const first = words[at];
    if (first === undefined) break;
    if (isCommonWord(first.text) || first.text === "&") {
      before = first.text.toLowerCase();
      at += 1;
      continue;
    }
    run.push(first);
    for (at += 1; at < words.length; at++) {
      const word = words[at];
      if (word === undefined || !continues(text, run, word, words[at + 1])) break;
      run.push(word);
    }
    // "nudge Globex": what is typed small before a capital is a word nobody knows here, not the name's beginning.
    const small = run.findIndex(isCapital);
    if (small > 0) {
      const lead = run.splice(0, small).map((word) => word.text);
      runs.push({ text: lead.join(" "), before, capital: false, possessive: false });
      before = lead.at(-1)?.toLowerCase() ?? "";
    }
    const joined = run.map((word) => word.text).join(" ");
    runs.push({
      text: joined.replace(/'s$/u, ""),
      before,
      capital: run.some(isCapital),
      possessive: joined.endsWith("'s"),
    });
    before = run.at(-1)?.text.toLowerCase() ?? "";
  }
  return runs;
}
