import { describe, expect, it } from "vitest";
import { renderPages } from "../../src/slack/markdown/render.ts";
import { textOf } from "../../src/slack/markdown/fallback.ts";

const allowed = (url: string): boolean => url.startsWith("https://gitlab.example.com/");
const known = {
  ask: "why did the pipeline on !482 fail?",
  sources: [
    {
      call: 1,
      title: "Reading pipeline 8812",
      links: [{ label: "pipeline 8812", url: "https://gitlab.example.com/p/8812" }],
    },
    {
      call: 2,
      title: "Looking for deals",
      links: [{ label: "Globex renewal", url: "https://crm.example/d/1" }],
    },
  ],
};
const blocksOf = (markdown: string, from = known) =>
  renderPages(markdown, { allowed, known: from }).flatMap(({ blocks }) => blocks);
const said = (markdown: string, from = known): string => textOf(blocksOf(markdown, from), allowed);
const nothingRead = { ask: "hello", sources: [] };

describe("citations", () => {
  it("lead to what the call read, where that may be linked, and are labels elsewhere", () => {
    const elements = JSON.stringify(blocksOf("It failed [1], the deal stands [2]."));
    expect(elements).toContain('"url":"https://gitlab.example.com/p/8812","text":"[1]"');
    expect(elements).toContain('"text":" [2]"');
    expect(elements).not.toContain("crm.example");
  });

  it("stand in the cells of a table, too", () => {
    expect(said("| job | s |\n|---|---|\n| rspec [2] | 31 [1] |")).toBe("job | s\nrspec [2] | 31 [1]");
  });

  it("are read in every form that models write", () => {
    for (const written of [
      "x 9 [1].",
      "x 9.[1]",
      "x 9 [1, 2].",
      "x 9 [^1].",
      "x 9 [1](https://evil.example).",
      "x 9 [1][2].",
    ])
      expect(said(`${written}\n\n[1]: https://evil.example\n\n[^1]: note`).split("\n")[0], written).toMatch(
        /^x 9(\.)? \[1\]( \[2\])?\.?$/,
      );
    expect(JSON.stringify(blocksOf("x [1].\n\n[1]: https://evil.example"))).not.toContain("evil");
  });

  it("of a call that never was are taken for none", () => {
    expect(said("It took 31 minutes [7].")).toBe("It took 31 minutes. †");
    expect(said("All is well [7].")).toBe("All is well. †");
  });

  it("leave code alone", () => {
    expect(said("`jobs[1]` and\n\n```\nrow [1]\n```", nothingRead)).toBe("jobs[1] and\nrow [1]");
    expect(said("see jobs[1].name", nothingRead)).toBe("see jobs[1].name");
  });
});

describe("claims", () => {
  it("are marked sentence by sentence where they name no source", () => {
    expect(said("Job 99131 failed twice [1]. The retry took 31 s. It was a timeout.")).toBe(
      "Job 99131 failed twice [1]. The retry took 31 s. † It was a timeout.",
    );
    expect(said("The amount is **48,000** now. Next.")).toBe("The amount is 48,000 now. † Next.");
    expect(said("Globex has signed.")).toBe("Globex has signed. †");
  });

  it("are left in peace where they repeat the question, or ask one", () => {
    expect(said("I looked at !482. Shall I retry job 99131?")).toBe(
      "I looked at !482. Shall I retry job 99131?",
    );
  });

  it("do not end at an id, a number, or an abbreviation", () => {
    expect(said("Merge !500 now, e.g. Monday at 10.30 or 11. [1]")).not.toContain("†");
  });

  it("of a list or a table are covered by the line before, or the one below", () => {
    const table = "| job | s |\n|---|---|\n| rspec | 31 |";
    expect(said(`Jobs [1]:\n\n- rspec: 31 s\n- lint: 7 s\n\nAnd [1]:\n\n${table}`)).not.toContain("†");
    expect(said(`${table}\n\nSource: [1]`)).not.toContain("†");
    expect(said("- rspec: 31 s\n- lint: 7 s [1]").split("\n")).toEqual(["rspec: 31 s †", "lint: 7 s [1]"]);
    expect(said(table)).toMatch(/31\n†$/);
  });

  it("are not looked for in quotes and code, which are others' words", () => {
    expect(said("> timeout after 31 s\n\n```\nexit 137\n```")).not.toContain("†");
  });

  it("of an answer that read nothing are ids and long numbers alone", () => {
    expect(said("Hello. I can do 3 things, in 2 ways.", nothingRead)).not.toContain("†");
    expect(said("Merge request !77 is open. The deal is 48,000. Back at 10.", nothingRead)).toBe(
      "Merge request !77 is open. † The deal is 48,000. † Back at 10.",
    );
  });

  it("are not looked for without a model: the words are the tool's own", () => {
    const [page] = renderPages("Job 99131 failed [1].", { allowed });
    expect(page).toMatchObject({ marked: false, text: "Job 99131 failed [1]." });
  });
});
