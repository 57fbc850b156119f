/** What was read of a file: words, and what was left out, for people. */
export interface ReadText {
  text: string;
  note?: string;
}

/** Characters of one file that a request carries. */
export const fileCharsMax = 16_000;

const count = new Intl.NumberFormat("en");

/** Cuts at the end of a line where there is one, and says so. */
export const cutText = (text: string, what?: string): ReadText => {
  if (text.length <= fileCharsMax) return { text, ...(what !== undefined && { note: what }) };
  const cut = text.slice(0, fileCharsMax);
  const line = cut.lastIndexOf("\n");
  const kept = (line > fileCharsMax / 2 ? cut.slice(0, line) : cut).toWellFormed();
  const note = `only the first ${count.format(kept.length)} of ${count.format(text.length)} characters were read`;
  return { text: kept, note: what === undefined ? note : `${what}; ${note}` };
};

const encodingOf = (bytes: Uint8Array): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
};

/** A file's words: UTF-8 or UTF-16 with its mark, else Windows' Latin; undefined for what is no text. */
export const decodeText = (bytes: Uint8Array): string | undefined => {
  const encoding = encodingOf(bytes);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder("windows-1252").decode(bytes);
  }
  // Text has no NUL and hardly any control signs; binary data has both at once.
  const sample = text.slice(0, 4_000);
  const odd = sample.match(/(?!\s)\p{Cc}/gu)?.length ?? 0;
  return sample.includes("\0") || odd > sample.length / 50 ? undefined : text.replaceAll("\r\n", "\n");
};

/** Rows of a CSV or TSV as said above its text: a cut one is not taken for the whole. */
export const rowsNote = (name: string, text: string): string | undefined => {
  if (!/\.(csv|tsv)$/i.test(name) || text.length <= fileCharsMax) return undefined;
  const rows = text.split("\n").filter((line) => line.trim() !== "").length;
  return `it has ${count.format(rows)} lines`;
};
