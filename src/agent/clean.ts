/**
 * Text of models and tools as it may be stored: valid Unicode without NUL (Postgres refuses it), within a cap.
 * The cut says that it is one.
 */
export const clean = (text: string, charsMax: number): string => {
  const valid = text.replaceAll("\u0000", "").toWellFormed();
  return valid.length <= charsMax ? valid : `${valid.slice(0, charsMax - 1).toWellFormed()}…`;
};

/** One line of it, for names and labels. */
export const oneLine = (text: string, charsMax: number): string =>
  clean(text.replaceAll(/\s+/g, " ").trim(), charsMax);
