import { describe, expect, it } from "vitest";
import { languageOf, languages } from "../../src/core/language.ts";
import { countFiles, fileOf } from "../../src/slack/markdown/csv.ts";
import { type AnswerView, drawAnswer } from "../../src/slack/views/answer.ts";
import { answerWords } from "../../src/slack/words/answer-words.ts";

const allowed = (url: string): boolean => url.startsWith("https://gitlab.example.com/");
const view = (more: Partial<AnswerView> = {}): AnswerView => ({
  ...{
    turn: "t",
    ask: "what is open?",
    kind: "channel",
    text: "Fine.",
    claims: false,
    notes: [],
    sources: [],
  },
  ...{ offers: [], agent: "Engineering", planner: "gpt", seconds: 3.24, modelCalls: 2, tokens: 12_345 },
  ...more,
});
const draw = (more: Partial<AnswerView> = {}) => drawAnswer(view(more), allowed);
const wordsOf = (more: Partial<AnswerView> = {}): string => JSON.stringify(draw(more));

describe("the language of a question", () => {
  it.each([
    ["en", "why did the pipeline on !482 fail?"],
    ["en", "merge !482 when green"],
    ["en", "move Globex to negotiation, 48k, close date end of March"],
    ["en", "!482"],
    ["en", "Müller GmbH deals"],
    ["de", "Warum ist die Pipeline von !482 fehlgeschlagen?"],
    ["de", "zeig mir die offenen Merge Requests in payments"],
    ["de", "Welche Deals sind in der Verhandlung?"],
    ["de", "Wer prüft das gerade?"],
    ["fr", "Pourquoi le pipeline de !482 a échoué ?"],
    ["fr", "montre les merge requests ouvertes"],
    ["fr", "Quels sont les contrats en négociation ?"],
    ["es", "¿Por qué falló el pipeline de !482?"],
    ["es", "muestra los merge requests abiertos"],
    ["es", "¿Cuáles son los contratos en negociación?"],
  ])("%s: %s", (language, question) => {
    expect(languageOf(question)).toBe(language);
  });

  it("is told by the person's own words, not by what they quote", () => {
    expect(
      languageOf(
        "what does this mean?\n> Warum ist das nicht so, wie ich es wollte?\n```\nder die das und nicht\n```",
      ),
    ).toBe("en");
  });
});

describe("the catalogue", () => {
  it("says everything in every language, and nothing twice the same by oversight", () => {
    const keys = Object.keys(answerWords("en"));
    for (const language of languages) {
      const words = answerWords(language) as unknown as Record<string, unknown>;
      expect(Object.keys(words).toSorted()).toEqual(keys.toSorted());
      for (const key of keys) {
        const said = words[key];
        const text = typeof said === "function" ? (said as (...all: string[]) => string)("10", "40") : said;
        expect(JSON.stringify(text).length, `${language} ${key}`).toBeGreaterThan(2);
      }
      expect(answerWords(language).unsourced.startsWith("†")).toBe(true);
    }
    const sentences = languages.map((language) => answerWords(language).tableDirect);
    expect(new Set(sentences).size).toBe(languages.length);
  });

  it("is used for what stands below an answer, in the language of the question", () => {
    const german = wordsOf({
      ask: "Warum ist die Pipeline fehlgeschlagen?",
      sources: [{ call: 1, title: "x", links: [{ label: "p", url: "https://gitlab.example.com/p" }] }],
    });
    expect(german).toContain("Quellen: <https://gitlab.example.com/p|p>");
    expect(german).toContain("Engineering · 3,2 s · gpt · 12.345 Token");
    expect(german).toContain("Hilfreich");
    expect(wordsOf()).toContain("Engineering · 3.2 s · gpt · 12,345 tokens");
    const short = { ask: "und gestern?", text: "Gestern war die Pipeline noch nicht offen." };
    expect(wordsOf(short)).toContain("Hilfreich");
  });
});

describe("below an answer", () => {
  const sources = Array.from({ length: 12 }, (_, at) => ({
    call: at + 1,
    title: `Reading ${at + 1}`,
    links:
      at === 1
        ? []
        : [{ label: `p|${at}<!here>`, url: `https://gitlab.example.com/${"x".repeat(150)}${at}` }],
  }));

  it("stand the sources of a model's words by number, none cut in its middle, the rest counted", () => {
    const [line] = wordsOf({ claims: true, sources }).match(/Sources: [^"]*/) ?? [];
    expect(line).toContain("[2] Reading 2 · [3] <https://");
    expect(line).toMatch(/\|p¦7&lt;!here&gt;> and 4 more$/);
    expect((line ?? "").length).toBeLessThan(2_000);
  });

  it("stands the footnote only where a sentence is marked, and never for the words of code", () => {
    expect(wordsOf({ claims: true, text: "Job 99131 failed." })).toContain("† No source is named for this.");
    expect(wordsOf({ claims: true, text: "Hello." })).not.toContain("†");
    const notes = ["Stopped early: the budget of 8 model calls is used up."];
    expect(wordsOf({ claims: true, notes, text: `Hello.\n\n${notes[0]}` })).not.toContain("†");
    expect(wordsOf({ text: "Job 99131 failed." })).not.toContain("†");
  });

  it("stand buttons, sources and footer on the last page alone, and the others say which part they are", () => {
    const offers = [{ id: "0b1c2d3e-0000-4000-8000-000000000000", label: "Retry job", usedBy: null }];
    const pages = draw({
      text: Array.from({ length: 60 }, () => "word ".repeat(100)).join("\n\n"),
      offers,
      sources,
    });
    expect(pages.length).toBeGreaterThan(2);
    for (const [index, { blocks }] of pages.entries()) {
      const text = JSON.stringify(blocks);
      const last = index === pages.length - 1;
      expect(text.includes("Retry job") && text.includes("Sources") && text.includes("Engineering ·")).toBe(
        last,
      );
      expect(text.includes(`Part ${index + 1} of ${pages.length}`)).toBe(!last);
      expect(blocks.length).toBeLessThanOrEqual(45);
    }
  });

  it("says so where there are no words", () => {
    expect(draw({ text: "" })[0]?.text).toBe("Done.");
  });
});

describe("files", () => {
  const rows = (count: number, cell = (at: number) => `row ${at}`) =>
    `| n | v |\n|---|---|\n${Array.from({ length: count }, (_, at) => `| ${at} | ${cell(at)} |`).join("\n")}`;

  it("are brought for tables that a message does not hold", () => {
    expect(countFiles(rows(10))).toBe(0);
    expect(countFiles(`${rows(11)}\n\ntext\n\n${rows(5)}\n\n${rows(12)}`)).toBe(2);
    expect(countFiles(rows(2, () => "long ".repeat(200)))).toBe(1);
    expect(countFiles("no table - at all")).toBe(0);
    const labels = Array.from({ length: 30 }, (_, at) => at);
    const chart = JSON.stringify({ type: "bar", labels, series: [{ name: "s", values: labels }] });
    expect(countFiles(`\`\`\`chart\n${chart}\n\`\`\``)).toBe(1);
  });

  it("hold no cell that a tab splits in two, where a spreadsheet takes tabs for the end of one", () => {
    const { csv } = fileOf(
      rows(11, () => "x\t=HYPERLINK(1)"),
      0,
    ) ?? { csv: "" };
    expect(csv).toContain('"x\t=HYPERLINK(1)"');
  });

  it("hold every row; the last of five holds all tables that are left", () => {
    const text = Array.from({ length: 7 }, (_, at) => rows(11 + at)).join("\n\ntext\n\n");
    expect(countFiles(text)).toBe(5);
    expect([0, 1, 2, 3, 4].map((index) => fileOf(text, index)?.rows)).toEqual([11, 12, 13, 14, 15 + 16 + 17]);
    expect(fileOf(rows(11), 0)?.csv.split("\r\n")).toHaveLength(13);
  });

  it("hold no cell that a spreadsheet would run", () => {
    const cells = [
      "=1+1",
      "+49 30 1",
      "-5",
      "-5,3 %",
      "-2+3",
      "@sum(a)",
      " =x",
      "a,b",
      'say "x"',
      "＝x",
      "plain",
      "2026-03-31",
    ];
    const csv =
      fileOf(
        rows(12, (at) => cells[at] ?? ""),
        0,
      )?.csv ?? "";
    expect(csv.startsWith("\uFEFFn,v\r\n0,'=1+1\r\n")).toBe(true);
    expect(
      csv
        .split("\r\n")
        .slice(1, 13)
        .map((line) => line.replace(/^\d+,/, "")),
    ).toEqual([
      ...["'=1+1", "'+49 30 1", "-5", '"-5,3 %"', "'-2+3", "'@sum(a)", "'=x", '"a,b"', '"say ""x"""', "'＝x"],
      ...["plain", "2026-03-31"],
    ]);
  });

  it("are said to be where they are", () => {
    expect(wordsOf({ text: rows(11), kind: "dm" })).toContain("in the file below");
    expect(wordsOf({ text: rows(11), kind: "private" })).toContain("direct messages of who asked");
  });
});
