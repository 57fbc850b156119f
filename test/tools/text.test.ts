import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { describe, expect, it } from "vitest";
import { fenced, plain, quoted, table } from "../../tools/text.ts";

const parse = (markdown: string) =>
  fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
const signs = Array.from("a |\\`*_[]()<>!~#@\n\r\t-=:/\u202E\u200B&;");
const hostile = fc.string({ unit: fc.constantFrom(...signs) });

describe("text of others", () => {
  it("stays in its cell, whatever it holds", () => {
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        const tree = parse(table(["A", "B"], [[plain(a), plain(b)]]));
        expect(tree.children.map(({ type }) => type)).toEqual(["table"]);
        const [found] = tree.children;
        if (found?.type !== "table") throw new Error("no table");
        expect(found.children).toHaveLength(2);
        const cells = found.children[1]?.children ?? [];
        const kinds = cells.flatMap((cell) => cell.children.map(({ type }) => type));
        expect(kinds.filter((kind) => !["text", "link"].includes(kind))).toEqual([]);
      }),
    );
  });

  it("cannot open another cell", () => {
    expect(plain(String.raw`a | b \| c`)).toBe(String.raw`a \| b \\\| c`);
  });

  it("stays in its quote", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tree = parse(`before\n\n${quoted(`x${text}`, 500)}\n\nafter`);
        expect(tree.children.map(({ type }) => type)).toEqual(["paragraph", "blockquote", "paragraph"]);
      }),
    );
  });

  it("stays in its block of code", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tree = parse(`before\n\n${fenced(text.replaceAll("\r", ""))}\n\nafter`);
        expect(tree.children.map(({ type }) => type)).toEqual(["paragraph", "code", "paragraph"]);
      }),
    );
  });
});
