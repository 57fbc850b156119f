import { describe, expect, it } from "vitest";
import { routeOffline } from "../../../src/agent/router/decide.ts";
import { trainRouter } from "../../../src/agent/router/train.ts";
import { allTools } from "../../../tools/index.ts";

const router = trainRouter(allTools().tools);
const catalogue = {
  projects: ["payments/ledger-api", "payments/payout-worker", "platform/worker"],
  groups: ["payments", "platform"],
  people: ["anna", "boris"],
  deals: ["Globex", "Initech renewal"],
};
const decide = (text: string) =>
  routeOffline(text, { router, catalogue, now: new Date("2026-11-20T12:00:00Z"), timezone: "Europe/Berlin" });

describe("reads", () => {
  it.each([
    ["show open merge requests in payments/ledger-api", { project: "payments/ledger-api", state: "opened" }],
    ["what's waiting for my review in payments?", { group: "payments", reviewer: "me" }],
    [
      "show open merge requests in ledger-api by boris",
      { project: "payments/ledger-api", author: "boris", state: "opened" },
    ],
    ["why did the pipeline on !482 fail?", { merge_request: 482 }],
    ["why did pipeline 8812 fail", { pipeline: 8812 }],
    [
      "why did the pipeline on payments/ledger-api!482 fail?",
      { project: "payments/ledger-api", merge_request: 482 },
    ],
    ["show my deals", { owner: "me" }],
    ["my deals in negotiation", { owner: "me", stage: "negotiation" }],
    ["how is the deal with Fabrikam Nordic doing?", { deal: "Fabrikam Nordic" }],
    ["show the Initech renewal deal", { deal: "Initech renewal" }],
  ])("answers %j", (text, args) => {
    expect(decide(text)).toMatchObject({ kind: "call", args });
    expect(decide(text)).toHaveProperty("args", args);
  });

  it("reads Slack's own writing of mentions and links", () => {
    const text =
      "<@U0STEWARD> show open merge requests in <https://gitlab.example/payments/ledger-api|payments/ledger-api>";
    expect(decide(text)).toMatchObject({ kind: "call", args: { project: "payments/ledger-api" } });
    const address = "why did <https://gitlab.example/payments/ledger-api/-/pipelines/8812> fail?";
    expect(decide(address)).toMatchObject({ args: { project: "payments/ledger-api", pipeline: 8812 } });
  });

  it.each([
    ["open merge requests in payments older than 30 days", "older than 30 days"],
    ["show every monday the open merge requests in payments", "every monday"],
    ["how is the Globex Nordic deal doing?", "Nordic"],
  ])("does not drop what narrows %j", (text, words) => {
    expect(decide(text)).toMatchObject({
      kind: "form",
      unplaced: expect.arrayContaining([words]) as string[],
    });
  });

  it("chooses no project where two have the name", () => {
    const two = { ...catalogue, projects: ["payments/worker", "platform/worker"] };
    const context = { router, catalogue: two, now: new Date() };
    expect(routeOffline("show open merge requests in worker", context)).toMatchObject({
      kind: "form",
      missing: ["project"],
    });
  });
});

describe("writes", () => {
  it.each([
    ["merge !482 when green", { merge_request: 482, when_green: true }],
    ["!482 is fine, merge it", { merge_request: 482 }],
    ["retry job 99120", { job: 99120 }],
    [
      "move Globex to negotiation, 48k, close date end of March",
      { deal: "Globex", stage: "negotiation", amount: 48_000, close_date: "2027-03-31" },
    ],
    ["change the amount of Globex from 40k to 48k", { deal: "Globex", amount: 48_000 }],
    ["set the amount of the Fabrikam deal to twelve thousand", { deal: "Fabrikam", amount: 12_000 }],
    ['move "Blue sky" to negotiation', { deal: "Blue sky", stage: "negotiation" }],
  ])("proposes %j", (text, args) => {
    expect(decide(text)).toMatchObject({ kind: "call" });
    expect(decide(text)).toHaveProperty("args", args);
  });

  it.each([
    "merge !482 tomorrow",
    "merge !482 if Boris agrees",
    "merge !482 if approved",
    "move Globex to negotiation when ready",
    "squash and merge !482",
    "merge !482 into release-2",
    "merge !482 and !483",
    "retry job 99120 twice",
    "retry job 99120 every hour",
    "move Globex to negotiation, 48k, close date in March",
    "move Globex to negotiation, close date 31.3.",
    "change the close date of Globex to 3/4/2027",
    "set the amount of Globex to about 48k",
    "raise the Globex deal by 10k",
    "move Globex and Initech renewal to negotiation",
    "move Globex Nordic to negotiation",
    "nudge Fabrikam to negotiation",
    "move Globex",
  ])("never guesses %j", (text) => {
    expect(decide(text).kind).not.toBe("call");
  });

  it.each([
    "should I merge !482?",
    "don't merge !482",
    "merge it when green",
    "tell me about !482 and merge it",
    "merge !482 and tell the customer",
    "retry job 99120 and move Globex to negotiation",
  ])("asks back on %j", (text) => expect(["choose", "none"]).toContain(decide(text).kind));
});

describe("neither", () => {
  it.each([
    "",
    "   ",
    "???",
    "hello",
    "how is the weather in Paris",
    "delete !482",
    "delete the Globex deal",
  ])("leaves %j alone", (text) => expect(decide(text)).toEqual({ kind: "none" }));

  it("offers the best three when unsure", () => {
    const decided = decide("open stuff please");
    expect(decided).toMatchObject({ kind: "choose" });
    expect(decided.kind === "choose" && new Set(decided.tools).size).toBe(3);
  });
});
