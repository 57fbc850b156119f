import { line, visible } from "../text.ts";

/**
 * GitLab runs a line of a description, a note or a commit message as a command ("quick action") when it begins with
 * a slash: `/merge`, `/close`, `/assign`. It drops carriage returns first, then looks at the first character of each
 * line; what it takes for code or for a quote has changed between its versions, so nothing here depends on that.
 */

/** Ends of lines that some reader somewhere takes for one. */
const lineEnds = /[\u2028\u2029]/g;
const commanding = /^(\s*)\//;

/**
 * Text for GitLab that commands nothing: no line of it begins with a slash. Outside code the slash is escaped, which
 * Markdown shows as it was; inside code, where an escape would show, the line gets one space before it. Doing it twice
 * changes nothing.
 */
export function inertText(text: string): string {
  let code = false;
  return visible(text)
    .replaceAll(lineEnds, "\n")
    .split("\n")
    .map((row) => {
      const border = /^\s*(?:```|~~~)/.test(row);
      if (border) code = !code;
      if (code) return row.startsWith("/") ? ` ${row}` : row;
      return row.replace(commanding, String.raw`$1\/`);
    })
    .join("\n");
}

/** One line for GitLab that commands nothing: a title, the name of a release. */
export const inertLine = (text: string, charsMax: number): string =>
  line(text, charsMax).replace(commanding, String.raw`$1\/`);
