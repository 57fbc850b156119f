import { describe, expect, it } from "vitest";
import { checkBlocks } from "../../sandbox/slack/blocks.ts";
import { SlackError } from "../../sandbox/slack/slack-error.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const button = (extra: object = {}) => ({ type: "button", action_id: "a", text: plain("Go"), ...extra });
const x = (count: number) => "x".repeat(count);

/** The refusal of blocks: its code, or each message. */
function refusal(blocks: unknown): string | readonly string[] {
  try {
    checkBlocks(blocks);
    return [];
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    const { messages } = (error.extra["response_metadata"] ?? {}) as { messages?: string[] };
    return messages ?? error.code;
  }
}

describe("blocks", () => {
  it("takes an approval card, a table, an answer and its feedback", () => {
    const card = [
      { type: "header", text: plain("Merge request to approve") },
      {
        type: "section",
        text: mrkdwn("Merge !482"),
        fields: [mrkdwn("*Asked by* Anna"), mrkdwn("*Why you* lead")],
      },
      { type: "context", elements: [mrkdwn("R2"), plain("expires in 4 h")] },
      { type: "divider" },
      {
        type: "actions",
        block_id: "vote:1",
        elements: [
          button({ action_id: "approve", value: "a1", style: "primary" }),
          button({
            action_id: "reject",
            confirm: {
              title: plain("Sure"),
              text: mrkdwn("Reject?"),
              confirm: plain("Yes"),
              deny: plain("No"),
            },
          }),
          {
            type: "static_select",
            action_id: "pick",
            placeholder: plain("Pick"),
            options: [{ text: plain("One"), value: "1" }],
          },
          { type: "overflow", action_id: "more", options: [{ text: plain("Details"), value: "d" }] },
        ],
      },
      { type: "markdown", text: "**Cause** the job timed out" },
      {
        type: "table",
        column_settings: [{ align: "left", is_wrapped: true }, { align: "right" }],
        rows: [
          [
            { type: "raw_text", text: "MR" },
            { type: "raw_text", text: "Age" },
          ],
          [
            {
              type: "rich_text",
              elements: [
                { type: "rich_text_section", elements: [{ type: "link", url: "https://x.example" }] },
              ],
            },
            { type: "raw_number", value: 3 },
          ],
        ],
      },
      {
        type: "context_actions",
        elements: [
          {
            type: "feedback_buttons",
            action_id: "f",
            positive_button: { text: plain("Good"), value: "up" },
            negative_button: { text: plain("Bad"), value: "down" },
          },
        ],
      },
      { type: "alert", text: mrkdwn("Unknown outcome"), level: "warning" },
      {
        type: "plan",
        title: "Steps",
        tasks: [{ type: "task_card", task_id: "1", title: "Reading", status: "in_progress" }],
      },
      {
        type: "data_visualization",
        title: "Cost",
        chart: { type: "pie", segments: [{ label: "a", value: 1 }] },
      },
    ];
    expect(refusal(card)).toEqual([]);
  });

  it("gives ids to blocks and buttons that have none", () => {
    const [block] = checkBlocks([{ type: "actions", elements: [{ type: "button", text: plain("Go") }] }]);
    expect(block).toMatchObject({
      block_id: expect.any(String) as string,
      elements: [{ action_id: expect.any(String) as string }],
    });
  });

  it.each([
    ["an unknown type", [{ type: "banner" }], "unsupported type [json-pointer:/blocks/0/type]"],
    ["a block that is none", ["text"], "json-pointer:/blocks/0"],
    [
      "an unknown field",
      [{ type: "divider", colour: "red" }],
      "invalid additional property: colour [json-pointer:/blocks/0]",
    ],
    ["a header in mrkdwn", [{ type: "header", text: mrkdwn("a") }], "/blocks/0/text/type]"],
    [
      "a long header",
      [{ type: "header", text: plain(x(151)) }],
      "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ],
    [
      "an empty text",
      [{ type: "section", text: mrkdwn("") }],
      "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ],
    ["a long section", [{ type: "section", text: mrkdwn(x(3001)) }], "must be less than 3001 characters"],
    ["a section of nothing", [{ type: "section" }], "missing required field: text or fields"],
    [
      "eleven fields",
      [{ type: "section", fields: Array.from({ length: 11 }, () => mrkdwn("a")) }],
      "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ],
    [
      "a button without text",
      [{ type: "actions", elements: [{ type: "button" }] }],
      "missing required field: text",
    ],
    [
      "a long button",
      [{ type: "actions", elements: [button({ text: plain(x(76)) })] }],
      "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ],
    [
      "a long value",
      [{ type: "actions", elements: [button({ value: x(2001) })] }],
      "must be less than 2001 characters",
    ],
    [
      "26 buttons",
      [
        {
          type: "actions",
          elements: Array.from({ length: 26 }, (_, index) => button({ action_id: `${index}` })),
        },
      ],
      "no more than 25 items allowed",
    ],
    [
      "eleven context parts",
      [{ type: "context", elements: Array.from({ length: 11 }, () => mrkdwn("a")) }],
      "no more than 10 items",
    ],
    [
      "a select without options",
      [{ type: "actions", elements: [{ type: "static_select", action_id: "s" }] }],
      "options or option_groups",
    ],
    [
      "51 blocks",
      Array.from({ length: 51 }, () => ({ type: "divider" })),
      "no more than 50 items allowed [json-pointer:/blocks]",
    ],
    [
      "a block_id twice",
      [
        { type: "divider", block_id: "b" },
        { type: "divider", block_id: "b" },
      ],
      "block_id already exists: b [json-pointer:/blocks/1/block_id]",
    ],
    [
      "an action_id twice",
      [{ type: "actions", elements: [button(), button()] }],
      "action_id already exists: a",
    ],
    ["a long markdown", [{ type: "markdown", text: x(12_001) }], "must be less than 12001 characters"],
    [
      "an empty cell",
      [{ type: "table", rows: [[{ type: "raw_text", text: "" }]] }],
      "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]",
    ],
    [
      "101 rows",
      [{ type: "table", rows: Array.from({ length: 101 }, () => [{ type: "raw_text", text: "a" }]) }],
      "no more than 100 items",
    ],
    [
      "a large table",
      [{ type: "table", rows: [[{ type: "raw_text", text: x(10_001) }]] }],
      "must be less than 10001 characters [json-pointer:/blocks/0/rows]",
    ],
  ])("refuses %s", (_, blocks, message) => {
    expect(refusal(blocks)).toEqual([expect.stringContaining(message) as string]);
  });

  it("refuses what is no list, and markdown that is too long over all", () => {
    expect(refusal({ type: "divider" })).toBe("invalid_blocks_format");
    expect(
      refusal([
        { type: "markdown", text: x(7_000) },
        { type: "markdown", text: x(7_000) },
      ]),
    ).toBe("msg_blocks_too_long");
  });
});
