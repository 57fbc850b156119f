import { symbolsOf, type Token, vocabularyOf } from "./mask.ts";

/** A sparse vector of length 1: indexes into the feature dictionary and their values. */
export interface Vector {
  indexes: Int32Array;
  values: Float64Array;
}

/** Shares of the two groups of features in a vector; words say more, letters catch endings and typos. */
const wordWeight = 1;
const letterWeight = 0.6;

function wordFeatures(symbols: readonly string[]): Set<string> {
  const line = ["^", ...symbols, "$"];
  const features = new Set<string>(symbols.map((symbol) => `w ${symbol}`));
  for (let at = 1; at < line.length; at++) features.add(`b ${line[at - 1]} ${line[at]}`);
  for (let at = 2; at < line.length; at++) features.add(`s ${line[at - 2]} ${line[at]}`);
  const masks = [...new Set(symbols.filter((symbol) => symbol.startsWith("<")))].sort();
  features.add(`m ${masks.join(" ")}`);
  return features;
}

function letterFeatures(tokens: readonly Token[]): Set<string> {
  const features = new Set<string>();
  for (const token of tokens) {
    if (!("word" in token)) continue;
    const padded = `_${token.word}_`;
    for (const size of [3, 4])
      for (let at = 0; at + size <= padded.length; at++) features.add(`c ${padded.slice(at, at + size)}`);
  }
  return features;
}

/** What was learnt of the training lines: known words, and a number for each feature. Can be sent between threads. */
export interface Features {
  vocabulary: ReadonlySet<string>;
  dictionary: ReadonlyMap<string, number>;
}

/** Turns token lines into vectors over a dictionary that was built from training lines alone. */
export interface Featurizer {
  size: number;
  vectorOf(tokens: readonly Token[]): Vector;
}

/** Builds vocabulary and dictionary; a feature not seen in training does not exist later. */
export function fitFeatures(examples: readonly (readonly Token[])[][]): Features {
  const lines = examples.flat();
  const vocabulary = vocabularyOf(examples.map(([first = []]) => first));
  const dictionary = new Map<string, number>();
  for (const line of lines)
    for (const feature of [...wordFeatures(symbolsOf(line, vocabulary)), ...letterFeatures(line)])
      if (!dictionary.has(feature)) dictionary.set(feature, dictionary.size);
  return { vocabulary, dictionary };
}

/** Makes vectors of what was learnt. */
export function featurizerOf({ vocabulary, dictionary }: Features): Featurizer {
  const vectorOf = (tokens: readonly Token[]): Vector => {
    const indexes: number[] = [];
    const values: number[] = [];
    const add = (features: ReadonlySet<string>, weight: number): void => {
      const value = weight / Math.sqrt(Math.max(features.size, 1));
      for (const feature of features) {
        const index = dictionary.get(feature);
        if (index === undefined) continue;
        indexes.push(index);
        values.push(value);
      }
    };
    add(wordFeatures(symbolsOf(tokens, vocabulary)), wordWeight);
    add(letterFeatures(tokens), letterWeight);
    return { indexes: Int32Array.from(indexes), values: Float64Array.from(values) };
  };
  return { size: dictionary.size, vectorOf };
}
