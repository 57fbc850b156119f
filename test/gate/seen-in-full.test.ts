import { expect, it } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import { saysNothingNew } from "../../src/gate/seen-in-full.ts";

const shape = z.object({
  deal: z.string(),
  stage: z.string().optional(),
  labels: z.string().optional(),
  amount: z.number().optional(),
});

const judged = (input: JsonObject, args: JsonObject): boolean =>
  saysNothingNew({
    entry: { tool: { input: shape } },
    input,
    resolved: { args, target: { id: "5001" } },
  } as unknown as Parameters<typeof saysNothingNew>[0]);

it.each([
  [
    "what is sent as it was given",
    { deal: "5001", amount: 48_000 },
    { deal: "5001", amount: 48_000, seen: "t" },
  ],
  ["case and spaces", { deal: "5001", stage: " closed  won" }, { deal: "5001", stage: "Closed won" }],
  ["a list in words", { deal: "5001", labels: "bug, urgent" }, { deal: "5001", labels: ["bug", "urgent"] }],
  ["what was left out and stays empty", { deal: "5001" }, { deal: "5001", stage: "", labels: [] }],
  ["the target's own name in full", { deal: "Globex" }, { deal: "5001", name: "Globex" }],
])("says nothing new: %s", (_, input, args) => {
  expect(judged(input, args)).toBe(true);
});

it.each([
  ["a name that stands for another", { deal: "globex" }, { deal: "5001", name: "Globex of Eve" }],
  ["a path behind a short name", { deal: "payouts" }, { deal: "eve/payouts", id: 7 }],
  [
    "a name that is the target's, for another argument",
    { deal: "5001", stage: "Globex" },
    { deal: "5001", stage: "Lost", name: "Globex" },
  ],
  ["what was not given", { deal: "5001" }, { deal: "5001", stage: "Lost" }],
  ["what was given and is not sent", { deal: "5001", stage: "Lost" }, { deal: "5001" }],
  ["hidden characters", { deal: "50\u200b01" }, { deal: "5001" }],
])("says more than was seen: %s", (_, input, args) => {
  expect(judged(input, args)).toBe(false);
});
