import { describe, expect, it } from "vitest";
import type { Action, ActionState } from "../../src/core/action.ts";
import { drawReceipt } from "../../src/slack/views/receipt.ts";

const action = (state: ActionState, sentence: string, more: object = {}): Action =>
  ({
    ...{
      id: `id-of-${sentence}`,
      state,
      preview: { sentence, fields: [] },
      target: { type: "Deal", id: "1" },
    },
    ...{ outcome: null, ...more },
  }) as unknown as Action;

const url = "https://gitlab.example.com/payments/ledger-api/-/merge_requests/482";
const draw = (actions: Action[], more: Partial<Parameters<typeof drawReceipt>[0]> = {}) =>
  drawReceipt({ by: "Anna", askedBy: "Anna", dropped: [], actions, ...more }, (link) => link === url);

describe("the receipt of a stop", () => {
  it("says what is done with its link, what nobody knows with Check, and what was not started", () => {
    const { blocks, text } = draw([
      action("cancelled", "Close !3"),
      action("succeeded", "Merge !482", { target: { type: "MergeRequest", id: "482", url } }),
      action("unknown", "Retry job 7", { outcome: { text: "No answer **came**." } }),
    ]);
    const drawn = JSON.stringify(blocks);
    expect(drawn).toContain(`{"type":"link","url":"${url}","text":"Merge !482"}`);
    expect(drawn).toContain('"action_id":"check","value":"id-of-Retry job 7"');
    expect(drawn).toContain("No answer came.");
    expect(text).toBe("Stopped by Anna. Unknown: Retry job 7. Done: Merge !482. Not started: Close !3.");
  });

  it("says when nothing was changed, who stopped whose request, and what was not taken up", () => {
    const { blocks, text } = draw([], { by: "Boris", dropped: ["also merge !3 <!channel>"] });
    expect(text).toBe("Stopped by Boris. Anna had asked for it. Nothing was changed.");
    expect(JSON.stringify(blocks)).toContain("“also merge !3 <!channel>”");
    // In rich text nothing is read as markup.
    expect(blocks.every(({ type }) => type === "rich_text")).toBe(true);
  });

  it("links nowhere that is not allowed, and stays within a message", () => {
    const elsewhere = { target: { type: "X", id: "1", url: "https://evil.example.com" } };
    expect(JSON.stringify(draw([action("succeeded", "Merge", elsewhere)]).blocks)).not.toContain("evil");
    const many = Array.from({ length: 80 }, (_, at) => action("cancelled", `Thing ${at} ${"x".repeat(900)}`));
    expect(draw(many).blocks.length).toBeLessThanOrEqual(50);
    expect(draw(many).text.length).toBeLessThanOrEqual(4_000);
  });
});
