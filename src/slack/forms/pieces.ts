/** Slack's longest text field, in characters. */
export const pieceMax = 3_000;
/** Text fields that one argument may take. */
export const piecesMax = 10;

const isSpace = (char: string | undefined): boolean => char === undefined || /\s/.test(char);
const isHighSurrogate = (char: string | undefined): boolean =>
  char !== undefined && /[\uD800-\uDBFF]/.test(char);

/**
 * Where a text may be cut so that its pieces can be put together again: never within a character, and never beside a
 * space, which a text field may lose at its ends. Nothing where there is no such place.
 */
const cutAt = (text: string, most: number): number | undefined => {
  for (let at = most; at > 0; at--) {
    if (!isSpace(text[at - 1]) && !isSpace(text[at]) && !isHighSurrogate(text[at - 1])) return at;
  }
  return undefined;
};

/** A text as pieces that each fit a field and together are the text; nothing where that cannot be done. */
export const pieces = (text: string): string[] | undefined => {
  const found: string[] = [];
  let rest = text;
  while (rest.length > pieceMax) {
    const at = cutAt(rest, pieceMax);
    if (at === undefined) return undefined;
    found.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  found.push(rest);
  return found.length <= piecesMax ? found : undefined;
};
