import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fallbackText, renderMarkdown } from "../../src/slack/markdown/render.ts";
import { clip, escaped, visible } from "../../src/slack/markdown/safe-text.ts";

const allowed = (url: string): boolean => url.startsWith("https://gitlab.example.com/");
const render = (markdown: string) => renderMarkdown(markdown, allowed);
const all = (value: unknown): Record<string, unknown>[] =>
  value === null || typeof value !== "object"
    ? []
    : [value as Record<string, unknown>, ...Object.values(value).flatMap(all)];
const linksOf = (markdown: string): unknown[] =>
  all(render(markdown))
    .filter((node) => node["type"] === "link")
    .map((node) => node["url"]);

describe("renderMarkdown", () => {
  it("keeps links to configured hosts alive and every other one inert, however it is written", () => {
    const good = "https://gitlab.example.com/a/-/merge_requests/1";
    expect(linksOf(`[MR](${good})`)).toEqual([good]);
    const bad = [
      "[x](https://evil.example/?q=1)",
      "<https://evil.example>",
      "https://evil.example/bare",
      "![i](https://evil.example/p.png)",
      "[r][1]\n\n[1]: https://evil.example",
      "[j](javascript:alert(1))",
      "[u](https://gitlab.example.com.evil.example/)",
      "<a href='https://evil.example'>x</a>",
    ];
    for (const markdown of bad) expect(linksOf(markdown)).toEqual([]);
  });

  it("turns no text into a mention, a channel call or an image", () => {
    const hostile = "<!channel> <@U0BORIS> <!subteam^S1> @here <#C1> ![x](https://gitlab.example.com/x.png)";
    const types = new Set(all(render(hostile)).map((node) => node["type"]));
    for (const type of ["user", "broadcast", "usergroup", "channel", "image", "mrkdwn"])
      expect(types).not.toContain(type);
  });

  it("shows a table as a table, with no empty cell", () => {
    const [block] = render("| a | b |\n|---|---|\n| 1 |  |") as unknown as [
      { type: string; rows: { text: string }[][] },
    ];
    expect(block.type).toBe("table");
    expect(block.rows.map((row) => row.map((cell) => cell.text))).toEqual([
      ["a", "b"],
      ["1", " "],
    ]);
  });

  it("says so when something does not fit", () => {
    const long = Array.from({ length: 400 }, (_, i) => `Paragraph ${i} ${"word ".repeat(20)}`).join("\n\n");
    const text = JSON.stringify(render(long));
    expect(text).toContain("does not fit");
    expect(text.length).toBeLessThan(60_000);
  });

  it("cuts one long line, too", () => {
    const text = JSON.stringify(render("word ".repeat(10_000)));
    expect(text).toContain("does not fit");
    expect(text.length).toBeLessThan(13_000);
  });

  it("stays within Slack's limits for any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3_000, unit: "binary" }), (markdown) => {
        const blocks = render(markdown);
        expect(blocks.length).toBeGreaterThan(0);
        expect(blocks.length).toBeLessThanOrEqual(50);
        for (const node of all(blocks)) if (node["type"] === "text") expect(node["text"]).not.toBe("");
        expect(fallbackText(markdown)).toBeTypeOf("string");
      }),
    );
  });
});

describe("text of others", () => {
  it("shows what hides", () => {
    expect(visible("a\u202Eb\u200Bc")).toBe("a‹U+202E›b‹U+200B›c");
  });

  it("is never cut within a character", () => {
    expect(clip("ab😀cd", 4)).toBe("ab…");
    expect(clip("ab😀cd", 5)).toBe("ab😀…");
    expect(clip("ab😀cd", 6)).toBe("ab😀cd");
  });

  it("cannot become markup", () => {
    expect(escaped("<!channel> & <@U1>")).toBe("&lt;!channel&gt; &amp; &lt;@U1&gt;");
  });
});
