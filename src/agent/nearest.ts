import { closest, distance } from "fastest-levenshtein";

/** ` Did you mean "x"?` where a known name is near enough to be meant, else a list of what there is. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  if (known.length === 0) return "";
  const near = closest(word.toLowerCase(), known);
  const isNear = distance(word.toLowerCase(), near) <= Math.max(2, Math.ceil(near.length / 3));
  return isNear ? ` Did you mean "${near}"?` : ` There is: ${known.slice(0, 12).join(", ")}.`;
};
