import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, Field, ResolvedWrite, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { requireAccount } from "./access.ts";
import { dealChange, dealUpdateArgs } from "./deal-change.ts";
import { recordTarget } from "./entities.ts";
import { ownerName, stageOf } from "./kinds.ts";
import { findRecord, stageFor } from "./names.ts";
import type { CrmPort, Deal } from "./port.ts";
import { findChange, sendChange } from "./record-change.ts";
import { dateInput, largeAmount, moneyInput, moneyWords } from "./values.ts";

const input = z
  .strictObject({
    deal: words("The deal's name, its company's name, or its id"),
    stage: words("New stage, by its label such as Negotiation").optional(),
    amount: moneyInput.describe("New amount, such as 48000 or 48k").optional(),
    close_date: dateInput.describe("New close date, YYYY-MM-DD").optional(),
  })
  .refine((given) => [given.stage, given.amount, given.close_date].some((one) => one !== undefined), {
    path: ["stage"],
    message: "name at least one change: stage, amount or close_date",
  });

/** Changes stage, amount or close date of one deal, shown before and after. */
export function dealUpdate(crm: CrmPort): WriteTool {
  return {
    name: "crm_deal_update",
    title: "Change a deal",
    description:
      "Changes stage, amount or close date of one deal. " +
      'For example {"deal":"Globex","stage":"Negotiation","amount":48000,"close_date":"2027-03-31"}.',
    system: "crm",
    effect: "write",
    input,
    slots: { deal: "deal", stage: "stage", amount: "money", close_date: "date" },
    examples,
    targetTypes: ["Deal"],
    policyArgs: { amount: "Long", amount_before: "Long", stage: "String" },
    risks: [1, 2],
    lagMs: crm.lagMs,
    step: ({ deal }) => `Preparing a change of the deal ${plain(said(deal) ?? "", 80)}`,
    resolve: (given, context) => resolve(crm, given, context),
    version: async (given, context) => {
      const deal = await crm.get("deal", canonical(dealUpdateArgs, given).deal, context);
      return deal?.updatedAt ?? "gone";
    },
    run: (given, context) =>
      sendChange(crm, dealChange(crm, canonical(dealUpdateArgs, given), context), context),
    find: (given, context) =>
      findChange(crm, dealChange(crm, canonical(dealUpdateArgs, given), context), context),
    undo: (given) => Promise.resolve(undoOf(canonical(dealUpdateArgs, given))),
  };
}

/** What is asked for, from input or from canonical arguments of an earlier proposal. */
const wishShape = z.object({
  deal: z.string(),
  stage: z.string().optional(),
  amount: moneyInput.optional(),
  close_date: dateInput.optional(),
});

async function resolve(crm: CrmPort, given: JsonObject, context: CallContext): Promise<ResolvedWrite> {
  await requireAccount(crm, context);
  const wish = canonical(wishShape, given);
  const [deal, pipelines, owners] = await Promise.all([
    findRecord(crm, "deal", wish.deal, context),
    crm.pipelines("deal", context),
    crm.owners(context),
  ]);
  const now = stageOf(pipelines, deal);
  const stage = wish.stage === undefined ? undefined : stageFor(pipelines, deal.pipelineId, wish.stage);
  const change = {
    ...(stage !== undefined && stage.id !== deal.stageId && { stage: stage.label, stage_id: stage.id }),
    ...(wish.amount !== undefined && wish.amount !== deal.amount && { amount: wish.amount }),
    ...(wish.close_date !== undefined &&
      wish.close_date !== deal.closeDate && { close_date: wish.close_date }),
  };
  if (Object.keys(change).length === 0) throw alreadySo(deal, now.label);
  const amounts = [deal.amount, change.amount].filter((amount) => amount !== undefined);
  return {
    args: {
      deal: deal.id,
      name: deal.name,
      ...change,
      ...before(deal, now.label, change),
      seen: deal.updatedAt,
    },
    target: recordTarget("deal", deal),
    policyArgs: {
      ...(change.amount !== undefined && { amount: Math.ceil(change.amount) }),
      ...(deal.amount !== undefined && { amount_before: Math.ceil(deal.amount) }),
      ...(change.stage !== undefined && { stage: change.stage }),
    },
    risk: amounts.some((amount) => amount >= largeAmount) ? 2 : 1,
    version: deal.updatedAt,
    preview: {
      sentence: `Change the deal "${line(deal.name, 120)}"`,
      fields: [
        ...changes(deal, now.label, change),
        { label: "Owner", value: line(ownerName(owners, deal), 80) },
      ],
    },
  };
}

/** What the changed values were, so that the change can be taken back. */
const before = (
  deal: Deal,
  stage: string,
  change: { stage?: string; amount?: number; close_date?: string },
): JsonObject => ({
  ...(change.stage !== undefined && { stage_before: stage }),
  ...(change.amount !== undefined && deal.amount !== undefined && { amount_before: deal.amount }),
  ...(change.close_date !== undefined &&
    deal.closeDate !== undefined && { close_date_before: deal.closeDate }),
});

/** The change back to what was; none where a value was empty before, since no change makes one empty again. */
function undoOf(wish: z.infer<typeof dealUpdateArgs>): { tool: string; args: JsonObject } | undefined {
  const back = {
    ...(wish.stage !== undefined && { stage: wish.stage_before }),
    ...(wish.amount !== undefined && { amount: wish.amount_before }),
    ...(wish.close_date !== undefined && { close_date: wish.close_date_before }),
  };
  const values = Object.entries(back).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  if (values.length < Object.keys(back).length) return undefined;
  return { tool: "crm_deal_update", args: { deal: wish.deal, ...Object.fromEntries(values) } };
}

const changes = (
  deal: Deal,
  stage: string,
  change: { stage?: string; amount?: number; close_date?: string },
): Field[] => [
  ...(change.stage === undefined
    ? []
    : [{ label: "Stage", before: line(stage, 80), value: line(change.stage, 80) }]),
  ...(change.amount === undefined
    ? []
    : [
        {
          label: "Amount",
          before: moneyWords(deal.amount, deal),
          value: moneyWords(change.amount, deal),
        },
      ]),
  ...(change.close_date === undefined
    ? []
    : [{ label: "Close date", before: deal.closeDate ?? "none", value: change.close_date }]),
];

const alreadySo = (deal: Deal, stage: string) =>
  new TerminalError(
    "nothing_to_change",
    `The deal "${line(deal.name, 80)}" is so already: ${line(stage, 60)}, ${moneyWords(deal.amount, deal)}, close date ${deal.closeDate ?? "none"}. Nothing to change.`,
  );

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "move {deal} to {stage}",
  "move {deal} to {stage}, {money}, close date {date}",
  "set the amount of {deal} to {money}",
  "change the close date of {deal} to {date}",
  "mark the {deal} deal as {stage}",
  "update {deal}: {money}, closing {date}",
  "put {deal} in {stage}",
  "{deal} is now worth {money}, update the deal",
  "set {deal} to {stage}",
  "raise the {deal} deal to {money}",
  "push the close date of the {deal} deal to {date}",
  "we {stage} {deal}, update the crm",
  "{deal} moved to {stage}, please change it",
  "the {deal} deal will close on {date}",
  "lower the amount on {deal} to {money}",
  "can you move the {deal} opportunity into {stage}?",
  "{deal} slips to {date}",
  "change {deal} to {money}",
  "set the stage of {deal} to {stage} and the amount to {money}",
  "move the {deal} deal to {stage}",
  "set the close date of {deal} to {date}",
  "{deal} is {stage} now, please update",
  "{deal} closes on {date}",
  "change the stage of {deal} to {stage}",
  "update the amount of {deal} to {money}",
  "{deal}: stage {stage}, amount {money}",
  "make {deal} {money}",
  "increase {deal} to {money} and close it on {date}",
  "postpone the {deal} deal to {date}",
  "mark {deal} {stage}",
  "we {stage} the {deal} deal",
];
