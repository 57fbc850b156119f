import type { Mention, MentionKind } from "./types.ts";

/**
 * A sentence that is being read, finder by finder: what one finder claimed, the next no longer sees
 * (`48k` is money before chrono could read it as a time), and offsets stay those of the original text.
 */
export interface Reading {
  readonly text: string;
  /** The text with all claimed pieces blanked out, at its full length. */
  rest: string;
  readonly mentions: Mention[];
}

/** Begins to read a text. */
export const startReading = (text: string): Reading => ({ text, rest: text, mentions: [] });

/** Blanks a piece out without a mention: words that only look like an entity. */
export function skip(reading: Reading, start: number, end: number): void {
  reading.rest = reading.rest.slice(0, start) + " ".repeat(end - start) + reading.rest.slice(end);
}

/** Takes a piece as a mention and blanks it out. */
export function claim(
  reading: Reading,
  piece: { kind: MentionKind; start: number; end: number; value: Mention["value"]; among?: string[] },
): void {
  reading.mentions.push({ ...piece, text: reading.text.slice(piece.start, piece.end) });
  skip(reading, piece.start, piece.end);
}

/** Runs a global pattern over what is left; `take` claims, or leaves the match alone. */
export function scan(reading: Reading, pattern: RegExp, take: (match: RegExpExecArray) => void): void {
  for (const match of reading.rest.matchAll(pattern)) take(match);
}
