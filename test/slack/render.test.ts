import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkBlocks } from "../../sandbox/slack/blocks.ts";
import { fallbackText, type Page, renderPages } from "../../src/slack/markdown/render.ts";
import { clip, escaped, visible } from "../../src/slack/markdown/safe-text.ts";

const allowed = (url: string): boolean => url.startsWith("https://gitlab.example.com/");
const pages = (markdown: string) => renderPages(markdown, { allowed });
const render = (markdown: string) => pages(markdown).flatMap(({ blocks }) => blocks);
const all = (value: unknown): Record<string, unknown>[] =>
  value === null || typeof value !== "object"
    ? []
    : [value as Record<string, unknown>, ...Object.values(value).flatMap(all)];
const linksOf = (markdown: string): unknown[] =>
  all(render(markdown))
    .filter((node) => node["type"] === "link")
    .map((node) => node["url"]);
/** Every text that stands in a page, in order, as one. */
const said = (blocks: unknown): string =>
  all(blocks)
    .map((node) => node["text"] ?? node["fallback"])
    .filter((text) => typeof text === "string")
    .join("");
const typesOf = (markdown: string): Set<unknown> =>
  new Set(all(render(markdown)).map((node) => node["type"]));

describe("what nothing becomes", () => {
  it("keeps links to configured hosts alive and every other one inert, however it is written", () => {
    const good = "https://gitlab.example.com/a/-/merge_requests/1";
    expect(linksOf(`[MR](${good})`)).toEqual([good]);
    expect(linksOf(`[MR][mr]\n\n[mr]: ${good}`)).toEqual([good]);
    const bad = [
      "[x](https://evil.example/?q=1)",
      "<https://evil.example>",
      "https://evil.example/bare",
      "![i](https://evil.example/p.png)",
      "![i][p]\n\n[p]: https://gitlab.example.com/p.png",
      "[r][a]\n\n[a]: https://evil.example",
      "[j](javascript:alert(1))",
      "[u](https://gitlab.example.com.evil.example/)",
      "<a href='https://evil.example'>x</a>",
      "<https://evil.example|https://gitlab.example.com/>",
      "(text)[https://evil.example]",
      "| a |\n|---|\n| [x](https://evil.example) |",
      "- [x](https://evil.example)\n  > https://evil.example",
    ];
    for (const markdown of bad) expect(linksOf(markdown)).toEqual([]);
  });

  it("reads Slack's own way of writing a link as the link it was meant to be", () => {
    expect(linksOf("<https://gitlab.example.com/a|the merge request>")).toEqual([
      "https://gitlab.example.com/a",
    ]);
  });

  it("names the host where a label looks like another address", () => {
    expect(said(render("[bank.example/login](https://gitlab.example.com/a)"))).toContain(
      "bank.example/login (gitlab.example.com)",
    );
  });

  it("turns no text into a mention, a channel call or an image", () => {
    const hostile = "<!channel> <@U0BORIS> <!subteam^S1> @here <#C1> ![x](https://gitlab.example.com/x.png)";
    for (const type of ["user", "broadcast", "usergroup", "channel", "image", "mrkdwn"])
      expect(typesOf(hostile)).not.toContain(type);
  });

  it("gives Slack no address that it would make a link of by itself, also in the text for notifications", () => {
    const [page] = pages("see https://evil.example/x and https://gitlab.example.com/a `<!channel>`");
    expect(page?.text).toBe("see https[:]//evil.example/x and https://gitlab.example.com/a &lt;!channel&gt;");
  });

  /** Pieces of markup that go wrong in ways random letters do not. */
  const hostile = fc
    .array(
      fc.constantFrom(
        ...[
          "<!channel>",
          "<@U1>",
          "<!date^1^x|y>",
          "[a](https://evil.example)",
          "![b](https://evil.example)",
        ],
        ...["[c]: https://evil.example\n", "[c]", "https://evil.example", "<https://evil.example|x>", "\n\n"],
        ...[
          "| a | b |\n|---|---|\n",
          "| 1 | 2 |\n",
          "```\n",
          "```chart\n",
          "> ",
          "- ",
          "  1. ",
          "# ",
          "**",
          "_",
        ],
        ...["`", "\u202E", "\u0000", "\uD800", "2026-11-20", "2026-11-20T25:61:00Z", "[1]", "[^1]", " "],
        ...[
          '{"type":"pie","labels":["<@U1>"],"values":[1]}\n',
          "a@evil.example",
          "www.evil.example",
          "&amp;",
        ],
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(""));

  it("holds for any mixture of markup, and Slack takes every page of it", () => {
    const known = { ask: "", sources: [{ call: 1, title: "t", links: [] }] };
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ maxLength: 2_000, unit: "binary" })), (markdown) => {
        for (const { blocks, text } of [...pages(markdown), ...renderPages(markdown, { allowed, known })]) {
          checkBlocks(structuredClone(blocks));
          // One assertion a page: thousands of them cost more than what they look at.
          const bad = all(blocks).filter(
            ({ type, url, text: value }) =>
              ["user", "broadcast", "usergroup", "channel", "image", "mrkdwn"].includes(String(type)) ||
              (type === "link" && !allowed(String(url))) ||
              (type === "text" && value === ""),
          );
          expect(bad).toEqual([]);
          expect(text).not.toMatch(/<|https:\/\/evil/);
        }
        expect(fallbackText(markdown)).toBeTypeOf("string");
      }),
      { numRuns: 100 },
    );
  });

  it("shows text that is nested to exhaust whoever reads it, as it is", () => {
    for (const text of [
      "> ".repeat(5_000),
      "*a **b ".repeat(3_000) + "c** d*".repeat(3_000),
      "[".repeat(9_000),
    ])
      expect(said(render(`${text}end`))).toContain("end");
  });
});

describe("pages", () => {
  const paragraph = (at: number) => `Paragraph ${at} ${"word ".repeat(80)}`.trim();

  it("splits a long answer at paragraphs, in order, with nothing lost", () => {
    const paragraphs = Array.from({ length: 100 }, (_, at) => paragraph(at));
    const drawn = pages(paragraphs.join("\n\n"));
    expect(drawn.length).toBeGreaterThan(4);
    for (const { blocks, text } of drawn) {
      expect(said(blocks).length).toBeLessThanOrEqual(9_200);
      expect(text.length).toBeLessThanOrEqual(3_000);
      expect(said(blocks).trim()).toMatch(/^Paragraph \d+ /);
    }
    expect(
      drawn
        .map(({ blocks }) => said(blocks))
        .join("")
        .match(/Paragraph \d+/g),
    ).toEqual(paragraphs.map((_, at) => `Paragraph ${at}`));
  });

  it("splits one endless line between words, and one endless word anywhere", () => {
    const words = pages("word ".repeat(8_000));
    expect(
      words
        .map(({ blocks }) => said(blocks))
        .join("")
        .replaceAll("\n", "")
        .trim(),
    ).toBe("word ".repeat(8_000).trim());
    expect(
      pages("😀".repeat(10_000))
        .map(({ blocks }) => said(blocks))
        .join(""),
    ).not.toMatch(/\uFFFD/);
  });

  it("goes on with code as code", () => {
    const lines = Array.from({ length: 600 }, (_, at) => `line ${at} of a long log`);
    const drawn = pages(`Log:\n\n\`\`\`\n${lines.join("\n")}\n\`\`\``);
    expect(drawn.length).toBeGreaterThan(1);
    const code = all(drawn.map(({ blocks }) => blocks)).filter(
      (node) => node["type"] === "rich_text_preformatted",
    );
    expect(code.map(said).join("\n").split("\n")).toEqual(lines);
  });

  it("repeats the head where the rows of a table go on", () => {
    const rows = Array.from(
      { length: 9 },
      (_, at) => `| ${at} | ${"long ".repeat(130)} | ${"text ".repeat(130)} |`,
    );
    const drawn = pages(`| n | a | b |\n|---|---|---|\n${rows.join("\n")}`);
    expect(drawn.length).toBeGreaterThan(1);
    const tables = drawn.map(({ blocks }) => (blocks[0] as unknown as { rows: { text: string }[][] }).rows);
    for (const table of tables) expect(table[0]?.map(({ text }) => text)).toEqual(["n", "a", "b"]);
    expect(tables.flatMap((table) => table.slice(1).map((row) => row[0]?.text))).toEqual(
      "012345678".split(""),
    );
  });

  it("keeps the widest and longest of tables within Slack's limit for all cells", () => {
    const line = (cell: string) => `|${` ${cell} |`.repeat(25)}`;
    const wide = [
      line("a name ".repeat(30)),
      line("---"),
      ...Array.from({ length: 4 }, () => line("text ".repeat(200))),
    ];
    for (const { blocks } of pages(wide.join("\n"))) checkBlocks(blocks);
  });

  it("puts no second table into a message, and leaves no heading behind", () => {
    const table = "| a |\n|---|\n| 1 |";
    for (const lead of ["## Second", "The second:"]) {
      const drawn = pages(`${table}\n\n${lead}\n\n${table}`);
      expect(drawn).toHaveLength(2);
      expect(said(drawn[0]?.blocks)).not.toContain("econd");
    }
  });
});

describe("blocks", () => {
  it("shows a small table as one, with no empty cell, links and dates alive in it", () => {
    const [block] = render(
      "| a | b |\n|---|---|\n| 1 |  |\n| [MR](https://gitlab.example.com/x) | 2026-03-31 |",
    ) as unknown as [{ type: string; rows: { type: string; text: string }[][] }];
    expect(block.type).toBe("table");
    expect(block.rows.slice(0, 2).map((row) => row.map((cell) => cell.text))).toEqual([
      ["a", "b"],
      ["1", " "],
    ]);
    expect(all(block.rows[2]).filter(({ type }) => type === "link" || type === "date")).toHaveLength(2);
  });

  it("shows ten rows of a large table, and says so", () => {
    const rows = Array.from({ length: 40 }, (_, at) => `| ${at} |`).join("\n");
    const [{ blocks, text }] = renderPages(`| n |\n|---|\n${rows}`, { allowed, files: "direct" }) as [Page];
    expect(blocks[0]).toMatchObject({
      type: "data_table",
      caption: "The first 10 of 40 rows",
      page_size: 10,
    });
    expect((blocks[0] as unknown as { rows: unknown[] }).rows).toHaveLength(11);
    expect(said(blocks)).toContain("direct messages");
    expect(text).toContain("The first 10 of 40 rows");
  });

  it("keeps numbers, nesting, tasks and code of lists", () => {
    const lists = all(
      render(
        "3. three\n4. four\n   - inner\n\n     ```\n     code\n     ```\n5. five\n6. six\n\n- [x] done\n- [ ] open",
      ),
    ).filter(({ type }) => type === "rich_text_list");
    expect(lists.map(({ style, indent, offset }) => [style, indent, offset])).toEqual([
      ["ordered", 0, 2],
      ["bullet", 1, undefined],
      ["ordered", 0, 4],
      ["bullet", 0, undefined],
    ]);
    expect(lists.map((list) => said(list))).toEqual(["threefour", "inner", "fivesix", "☑ done☐ open"]);
    expect(typesOf("- a\n\n  ```\n  code\n  ```")).toContain("rich_text_preformatted");
  });

  it("goes on with a long list's numbers on the next page", () => {
    const items = Array.from({ length: 300 }, (_, at) => `${at + 1}. item ${at + 1} ${"word ".repeat(12)}`);
    const lists = all(pages(items.join("\n")).map(({ blocks }) => blocks)).filter(
      ({ type }) => type === "rich_text_list",
    ) as unknown as { offset: number; elements: unknown[] }[];
    expect(lists.length).toBeGreaterThan(1);
    let next = 0;
    for (const { offset, elements } of lists) {
      expect(offset).toBe(next);
      next += elements.length;
    }
    expect(next).toBe(300);
  });

  it("shows moments in the reader's zone, and leaves alone what only looks like one", () => {
    const dates = all(
      render(
        "At 2026-11-20T13:05:00Z, 2026-11-20 14:05 UTC, on 2026-03-31. Not v2026-03-31, 2026-13-40, 2026-06-31, a/2026-03-31.csv, 2026-11-20 13:05. 2026-11-20T13:05Z: x",
      ),
    ).filter(({ type }) => type === "date");
    expect(dates.map(({ fallback, timestamp }) => [fallback, timestamp])).toEqual([
      ["2026-11-20T13:05:00Z", 1_795_179_900],
      ["2026-11-20 14:05 UTC", 1_795_183_500],
      ["2026-03-31", 1_774_951_200],
      ["2026-11-20T13:05Z", 1_795_179_900],
    ]);
    expect(typesOf("`2026-11-20T13:05:00Z`")).not.toContain("date");
  });
});

describe("charts", () => {
  const fenced = (chart: unknown) => `\`\`\`chart\n${JSON.stringify(chart)}\n\`\`\``;

  it("draws what a fenced block gives, within Slack's limits", () => {
    const bars = {
      ...{ type: "bar", title: "Deals by stage ".repeat(9), labels: ["a name that is far too long", "b"] },
      series: [{ name: "won", values: [1, 2] }],
    };
    const [block] = render(fenced(bars));
    expect(block).toMatchObject({
      type: "data_visualization",
      chart: { type: "bar", axis_config: { categories: ["a name that is far …", "b"] } },
    });
    checkBlocks([block]);
    checkBlocks(render(fenced({ type: "pie", labels: ["x", "x"], values: [1, 2] })));
  });

  it("becomes a table where it is too large, and stays code where it is none", () => {
    const labels = Array.from({ length: 30 }, (_, at) => `day ${at}`);
    const [large] = render(
      fenced({ type: "line", labels, series: [{ name: "n", values: labels.map(() => 1) }] }),
    );
    expect(large?.type).toBe("data_table");
    expect(
      typesOf(fenced({ type: "line", labels: ["a"], series: [{ name: "n", values: [1, 2] }] })),
    ).toContain("rich_text_preformatted");
    expect(typesOf("```chart\nnot json\n```")).toContain("rich_text_preformatted");
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
