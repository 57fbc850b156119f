/** What a turn knows about an answer's claims. */
export interface Known {
  /** What was asked: what stands there is the person's own, not a claim. */
  ask: string;
  sources: readonly { call: number; title: string; links: readonly { label: string; url: string }[] }[];
}

/** Words with a digit in them, with the sign that makes them an id. */
const figures = /[!#]?[\p{L}\p{N}][\p{L}\p{N}.,:/_-]*/gu;
const names = /\p{Lu}[\p{L}\p{M}-]{3,}/gu;

const trimmed = (word: string): string => word.replace(/[.,:/_-]+$/, "").toLowerCase();

const figuresIn = (text: string): string[] =>
  (text.match(figures) ?? []).filter((word) => /\p{N}/u.test(word)).map(trimmed);

/** An id, a long number or a hash: an answer that read nothing cannot know it. */
const isId = (word: string): boolean =>
  /^[!#]\d/.test(word) ||
  /\d[.,]?\d{3}/.test(word.replace(/^(19|20)\d{2}$/, "")) ||
  /^(?=.*\d)[0-9a-f]{7,}$/.test(word);

/** Names that the sources brought, beyond the kinds of things they are about. */
const namesOf = ({ sources, ask }: Known): Set<string> => {
  const plain = new Set(
    `${ask} ${sources.map(({ title }) => title).join(" ")}`.toLowerCase().match(/[\p{L}\p{M}-]+/gu),
  );
  const found = sources
    .flatMap(({ links }) => links)
    .flatMap(({ label }) => label.match(names) ?? [])
    .map((name) => name.toLowerCase());
  return new Set(found.filter((name) => !plain.has(name)));
};

/**
 * A test of sentences: does it state a number, an id or a name that must come from somewhere? What stands in the
 * question does not count, nor do questions. An answer that read nothing is held to ids and long numbers alone, so that
 * chit-chat is left in peace.
 */
export const statesFact = (known: Known): ((sentence: string) => boolean) => {
  const asked = new Set(figuresIn(known.ask));
  const brought = namesOf(known);
  const read = known.sources.length > 0;
  return (sentence) => {
    if (/[?？]\s*$/.test(sentence)) return false;
    const figured = figuresIn(sentence).filter((word) => !asked.has(word));
    if (figured.some((word) => read || isId(word))) return true;
    return (sentence.match(names) ?? []).some((name) => brought.has(name.toLowerCase()));
  };
};
