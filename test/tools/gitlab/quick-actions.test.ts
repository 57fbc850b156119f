import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inertLine, inertText } from "../../../tools/gitlab/quick-actions.ts";

/** Lines that any version of GitLab could run: it deletes carriage returns and reads the first character of a line. */
const commands = (text: string): string[] =>
  text
    .replaceAll("\r", "")
    .replaceAll(/[\v\f\u0085\u2028\u2029]/g, "\n")
    .split("\n")
    .filter((row) => row.startsWith("/"));

/** Whatever stands between line ends: commands, borders of code and quotes, and things that could hide a slash. */
const piece = fc.constantFrom(
  "/close",
  "/merge now",
  "/",
  "\\/close",
  "text",
  "see /usr/lib",
  "```",
  "```sh",
  "````",
  "~~~",
  "`",
  ">>>",
  "> ",
  "- ",
  "<!--",
  "-->",
  "<p>",
  "---",
  "    ",
  " ",
  "\t",
  "\u200B",
  "\uFEFF",
  "\u202E",
  "\u0000",
  "\u00A0",
);
const end = fc.constantFrom("\n", "\r", "\r\n", "\n\r", "\n\n", "\u2028", "\u2029", "\u0085", "\v", "\f", "");
const hostile = fc.array(fc.tuple(piece, end), { maxLength: 12 }).map((parts) => parts.flat().join(""));

describe("text for GitLab", () => {
  it("commands nothing, whatever is in it", () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: "binary" })), (text) => {
        const inert = inertText(text);
        expect(commands(inert)).toEqual([]);
        expect(inertText(inert)).toBe(inert);
        expect(commands(inertLine(text, 200))).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it.each([
    ["/close", String.raw`\/close`],
    ["fine\n  /assign @anna", "fine\n  \\/assign @anna"],
    ["a\r/close", "a\n\\/close"],
    ["a\n\r/close", "a\n\n\\/close"],
    ["a\u2028/close", "a\n\\/close"],
    ["\u200B/close", String.raw`\/close`],
    ["see /usr/lib and a/b", "see /usr/lib and a/b"],
    ["```\n/usr/lib\n```\n/close", "```\n /usr/lib\n```\n\\/close"],
    ["<!--\n```\n-->\n/close", "<!--\n```\n-->\n /close"],
    ["> /close", "> /close"],
  ])("turns %j into %j", (text, inert) => {
    expect(inertText(text)).toBe(inert);
  });

  it("keeps a title on one line", () => {
    expect(inertLine("Fix\n/close\n", 100)).toBe("Fix /close");
    expect(inertLine(" /close", 100)).toBe(String.raw`\/close`);
  });
});
