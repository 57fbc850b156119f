import { describe, expect, it } from "vitest";
import type { PendingCall, Question } from "../../../src/core/question.ts";
import { fillPending } from "../../../src/agent/router/pending.ts";
import { allTools } from "../../../tools/index.ts";

const { tools } = allTools();
const toolNamed = (name: string) => {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(name);
  return tool;
};
const clock = { now: new Date("2026-11-20T10:00:00Z"), timezone: "Europe/Berlin" };
const fill = (call: PendingCall, words: string, choices: Question["choices"] = []) =>
  fillPending({ text: "?", choices, call }, words, toolNamed(call.tool), clock);

describe("words that answer an open question", () => {
  const retry: PendingCall = { tool: "gitlab_job_retry", args: {}, missing: ["job"] };
  const change: PendingCall = { tool: "crm_deal_update", args: { deal: "Globex" }, missing: ["stage"] };
  const which: PendingCall = { tool: "crm_deal_update", args: { stage: "Negotiation" }, missing: ["deal"] };

  it.each([
    [retry, "99120", { job: 99_120 }],
    [retry, "job 99120 please", { job: 99_120 }],
    [change, "negotiation, 48k", { deal: "Globex", stage: "negotiation", amount: 48_000 }],
    [change, "48k", { deal: "Globex", amount: 48_000 }],
    [which, "Globex Renewal", { stage: "Negotiation", deal: "Globex Renewal" }],
    [which, "the second thing.", { stage: "Negotiation", deal: "the second thing" }],
  ])("fills %j with %j", (call, words, args) => {
    expect(fill(call, words)).toEqual({ args, complete: true });
  });

  it("takes a choice by its label, whatever its case", () => {
    const choices = [{ label: "Globex Renewal", value: "9120" }];
    expect(fill(which, "globex renewal", choices)?.args["deal"]).toBe("9120");
  });

  it("takes another thing's name for a request of its own", () => {
    expect(fill(change, "move Initech to negotiation")).toBeUndefined();
    expect(fill(change, "move Globex to negotiation")?.complete).toBe(true);
  });

  it.each(["no, never mind", "why do you ask?", "please tell me first what all of this is about at length"])(
    "takes %j for no answer",
    (words) => expect(fill(which, words)).toBeUndefined(),
  );
});
