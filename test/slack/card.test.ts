import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkBlocks, elementsOf } from "../../sandbox/slack/blocks.ts";
import type { Action, ActionState } from "../../src/core/action.ts";
import type { Principal } from "../../src/core/principal.ts";
import type { CardView } from "../../src/gate/types.ts";
import { drawCard as draw } from "../../src/slack/views/card.ts";
import { drawApprovals, drawHelp } from "../../src/slack/views/lists.ts";

const person = (name: string): Principal => ({
  kind: "person",
  workspace: "T1",
  user: `U0${name.toUpperCase()}`,
  name,
  timezone: "UTC",
  guest: false,
  external: false,
  bot: false,
  active: true,
});
const id = "0b0e7a52-6a0e-4f6e-9d0b-1d1f6a7f2f11";

const action = (extra: Partial<Action> = {}): Action => ({
  id,
  turn: id,
  conversation: "T1/C1/1.0",
  card: id,
  state: "waiting",
  tool: "gitlab_merge_request_merge",
  system: "gitlab",
  effect: "write",
  risk: 2,
  args: {},
  digest: "d",
  target: { type: "MergeRequest", id: "payments/ledger-api!482", label: "!482", parents: [], ancestors: [] },
  targetVersion: "v1",
  preview: {
    sentence: 'Merge payments/ledger-api !482 "Idempotent payout retries"',
    fields: [
      { label: "Head", value: "9f31c2ab" },
      { label: "Amount", before: "40,000", value: "48,000" },
    ],
  },
  principal: person("Anna"),
  untrusted: ["the description of !482 (by an outside contributor)"],
  asks: [{ policy: "payments-merge", group: "payments-leads", count: 1, because: "", reason: false }],
  policyRequest: {},
  policyDigest: "p",
  credential: "service:gitlab",
  nonce: "n",
  expiresAt: new Date("2026-11-20T16:00:00Z"),
  token: null,
  owner: null,
  sendUntil: null,
  outcome: null,
  supersededBy: null,
  createdAt: new Date("2026-11-20T12:00:00Z"),
  decidedAt: null,
  settledAt: null,
  followEndedAt: null,
  ...extra,
});

const card = (extra: Partial<Action> = {}, view: Partial<CardView> = {}): CardView => ({
  action: action(extra),
  title: "Merge request to merge",
  votes: [],
  asks: [
    {
      group: "payments-leads",
      because: "Merges into payments need a lead.",
      count: 1,
      have: 0,
      people: [{ name: "Boris", user: "U0BORIS" }],
      policy: "payments-merge",
    },
  ],
  words: "please merge !482 when green",
  conversation: { key: "T1/C1/1.0", workspace: "T1", channel: "C0PAYDEV", threadTs: "1.0", kind: "channel" },
  ...view,
});

const mayLink = (url: string): boolean => url.startsWith("https://gitlab.example.com/");
const drawCard = (view: CardView) => draw(view, mayLink);
const textOf = (value: unknown): string => JSON.stringify(value);
const actionsOf = (view: CardView): unknown[] =>
  drawCard(view)
    .blocks.flatMap((block) => elementsOf(block as never).map((element) => element["action_id"]))
    .filter(Boolean);
const states: ActionState[] = [
  "planned",
  "waiting",
  "approved",
  "executing",
  "succeeded",
  "failed",
  "unknown",
  "rejected",
  "expired",
  "cancelled",
  "superseded",
];

describe("the approval card", () => {
  it("shows who decides all of a long value, within Slack's rules", () => {
    const value = Array.from({ length: 1_500 }, (_, at) => `word${at} \u{1F600}`).join(" ");
    const long = { sentence: "Send a mail", fields: [{ label: "Text", value, before: "b".repeat(700) }] };
    const { blocks } = drawCard(card({ preview: long }));
    const shown = textOf(blocks);
    expect(value.split(" ").filter((word) => !shown.includes(word))).toEqual([]);
    expect(textOf(blocks)).toContain("b".repeat(700));
    // Once it is settled it is only told of.
    expect(textOf(drawCard(card({ preview: long, state: "succeeded" })).blocks)).not.toContain("word1499");
  });

  it("shows what, to what, asked by whom, why, by which rule, and what untrusted text was read", () => {
    const text = textOf(drawCard(card()).blocks);
    for (const part of [
      "Idempotent payout retries",
      "9f31c2ab",
      "40,000",
      "48,000",
      "Anna",
      "U0BORIS",
      "payments-leads",
      "payments-merge",
      "please merge !482 when green",
      "outside contributor",
      "R2",
      "0 of 1",
    ]) {
      expect(text).toContain(part);
    }
  });

  it.each(states)("is valid for Slack and says where it stands when %s", (state) => {
    const message = drawCard(card({ state, outcome: { text: "what became of it" } }));
    expect(() => checkBlocks(structuredClone(message.blocks))).not.toThrow();
    expect(message.text).not.toContain("undefined");
  });

  it("offers Approve and Reject only while it waits, Check only for an unknown outcome", () => {
    for (const state of states) {
      const expected = state === "waiting" ? ["approve", "reject"] : state === "unknown" ? ["check"] : [];
      expect(actionsOf(card({ state }))).toEqual(expected);
    }
  });

  it("shows what hides, and lets no value become a mention or a link", () => {
    const hostile = "pay <!channel> <@U0EVIL> [x](https://evil.example) \u202Eevil\u200B";
    const view = card(
      { preview: { sentence: hostile, fields: [{ label: "To", value: hostile }] }, untrusted: [hostile] },
      { words: hostile },
    );
    const message = drawCard(view);
    expect(message.text).not.toMatch(/<[!@]/);
    const kinds = new Set<unknown>();
    const walk = (value: unknown): void => {
      if (value === null || typeof value !== "object") return;
      if ("type" in value) kinds.add(value.type);
      for (const one of Object.values(value)) walk(one);
    };
    walk(message.blocks);
    expect(kinds).not.toContain("broadcast");
    expect(kinds).not.toContain("link");
    expect(textOf(message.blocks)).toContain("‹U+202E›");
    expect(textOf(message.blocks)).not.toContain("\u202E");
  });

  it("leads only to configured systems", () => {
    const at = (url: string) => ({ ...action().target, url });
    const good = "https://gitlab.example.com/payments/ledger-api/-/merge_requests/482";
    expect(textOf(drawCard(card({ target: at(good) })).blocks)).toContain(good);
    expect(textOf(drawCard(card({ target: at("https://evil.example/x") })).blocks)).not.toContain(
      "evil.example",
    );
  });

  it("tells an outcome in words, not in Markdown", () => {
    const outcome = {
      text: "Merged [!482](https://gitlab.example.com/x) into **main**.\n\nA note was left.",
    };
    expect(textOf(drawCard(card({ state: "succeeded", outcome })).blocks)).toContain(
      "Merged !482 into main. A note was left.",
    );
  });

  it("says what changed when the target moved", () => {
    const before = {
      preview: { sentence: "s", fields: [{ label: "Head", value: "00000000" }] },
      targetVersion: "v0",
    };
    expect(textOf(drawCard(card({}, { refreshedFrom: before })).blocks)).toContain(
      "Head: 00000000 → 9f31c2ab",
    );
  });

  it("stays within Slack's limits for any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5_000, unit: "binary" }), (text) => {
        const fields = Array.from({ length: 4 }, () => ({ label: "Field", value: text, before: text }));
        const view = card(
          { preview: { sentence: text, fields }, untrusted: [text], outcome: { text } },
          { words: text, title: text },
        );
        expect(() => checkBlocks(structuredClone(drawCard(view).blocks))).not.toThrow();
      }),
      { numRuns: 50 },
    );
  });
});

describe("the approvals list", () => {
  it("is valid, and its buttons carry the bound values", () => {
    const message = drawApprovals(
      { waitingForMe: [card()], askedByMe: [card({ state: "unknown" })] },
      mayLink,
      (one) => `bound:${one}`,
    );
    expect(() => checkBlocks(structuredClone(message.blocks))).not.toThrow();
    expect(textOf(message.blocks)).toContain(`bound:${id}`);
  });
});

describe("help", () => {
  it("knows commands alone, not what every object has", () => {
    for (const word of ["constructor", "__proto__", "toString"])
      expect(JSON.stringify(drawHelp(word, [], undefined))).toContain("There is no command or tool");
    expect(JSON.stringify(drawHelp("approvals", [], undefined))).toContain("waits for your decision");
  });
});
