import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KnownBlock } from "@slack/types";
import { Checklist, inert } from "../../../src/slack/delivery/checklist.ts";
import { MinuteBudget } from "../../../src/slack/delivery/minute-budget.ts";
import { titleOf } from "../../../src/slack/delivery/title.ts";
import { wholeBlocks } from "../../../src/slack/delivery/whole-blocks.ts";
import { withoutNewer } from "../../../src/slack/views/older-blocks.ts";

describe("wholeBlocks", () => {
  const whole = (text: string, max = 1_000): string => text.slice(0, wholeBlocks(text, max));

  it.each([
    ["nothing of a first block", "Half a sen", ""],
    ["a paragraph once the next begins", "One.\n\nTw", "One."],
    ["no table whose rows may go on", "One.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "One."],
    ["a table once something else follows", "| a |\n|---|\n| 1 |\n\nAft", "| a |\n|---|\n| 1 |"],
    ["no open code fence", "One.\n\n```\ncode\n\nmore", "One."],
    ["no list that may get another item", "One.\n\n- a\n- b\n", "One."],
  ])("shows %s", (_, text, shown) => {
    expect(whole(text)).toBe(shown);
  });

  it("shows no more than fits, and nothing when the first block alone is longer", () => {
    expect(whole("One.\n\nTwo.\n\nThree.\n\nF", 11)).toBe("One.\n\nTwo.");
    expect(whole("A long paragraph.\n\nB", 5)).toBe("");
  });

  it("only ever grows while a text is written, whatever the text", () => {
    const pieces = fc.array(
      fc.constantFrom(
        "word ",
        "\n",
        "\n\n",
        "- item\n",
        "| a | b |\n",
        "|---|---|\n",
        "```\n",
        "# head\n",
        "> q\n",
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        for (let at = 0; at < text.length; at += 3) {
          const end = wholeBlocks(text.slice(0, at), 10_000);
          expect(end).toBeLessThanOrEqual(at);
        }
      }),
    );
  });
});

describe("the checklist", () => {
  const step = (id: string, text: string, state: "running" | "done" | "failed") =>
    ({ kind: "step", id, text, state }) as const;

  it("tells what changed since it was shown, and keeps what changed meanwhile", () => {
    const list = new Checklist();
    list.note(step("1", "Reading", "running"));
    const { changed } = list;
    list.note(step("1", "Reading", "done"));
    list.shown(changed);
    expect(list.changed).toEqual([{ id: "1", title: "Reading", status: "complete" }]);
    list.shown(list.changed);
    expect(list.changed).toEqual([]);
    list.note(step("1", "Reading", "done"));
    expect(list.changed).toEqual([]);
  });

  it("holds no markup, and no more steps than people read", () => {
    expect(inert("Reading <!channel>\n <@U1>")).toBe("Reading ‹!channel› ‹@U1›");
    const list = new Checklist();
    for (let at = 0; at < 100; at++) list.note(step(String(at), "x", "running"));
    expect(list.all).toHaveLength(30);
  });
});

it.each([
  ["what's waiting for my review?", "what's waiting for my review?"],
  ["*merge* `!482`\nand tell Boris", "merge !482"],
  [
    "please look at every merge request in payments that is older than a week",
    "please look at every merge request in payments that is older…",
  ],
  ["<!channel> hello", "‹!channel› hello"],
])("titles a conversation by its first request: %s", (request, title) => {
  expect(titleOf(request)).toBe(title);
});

it("a minute's budget is each workspace's own", () => {
  const budget = new MinuteBudget(2);
  expect(["T1", "T1", "T1", "T2"].map((team) => budget.take(team))).toEqual([true, true, false, true]);
});

it("without the newer blocks: tables become lines, the rest goes, older blocks stay the very same", () => {
  const divider: KnownBlock = { type: "divider" };
  const old = [divider];
  expect(withoutNewer(old)).toBe(old);
  const table = {
    type: "table",
    rows: [
      [
        { type: "raw_text", text: "a" },
        { type: "raw_text", text: "b" },
      ],
      [{ type: "raw_text", text: "1" }],
    ],
  } as unknown as KnownBlock;
  const alert = { type: "alert", text: { type: "plain_text", text: "x" } } as unknown as KnownBlock;
  expect(withoutNewer([divider, table, alert])).toEqual([
    divider,
    {
      type: "rich_text",
      elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: "a  |  b\n1" }] }],
    },
  ]);
});
