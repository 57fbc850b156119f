import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, ResolvedWrite, ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { requireAccount } from "./access.ts";
import { recordTarget } from "./entities.ts";
import { stageOf } from "./kinds.ts";
import { findOwner, findRecord, stageFor } from "./names.ts";
import type { CrmPort, Deal, Owner } from "./port.ts";
import { findCreated } from "./record-create.ts";
import { trailOf } from "./trail.ts";
import { dateInput, largeAmount, moneyInput, moneyWords } from "./values.ts";

const linkedMax = 100;
const namedMax = 5;

const input = z.strictObject({
  company: words("The customer: the company's name or domain"),
  name: words("Name of the new deal", 160),
  amount: moneyInput.describe("Amount, such as 48000 or 48k"),
  close_date: dateInput.describe("Expected close date, YYYY-MM-DD"),
  stage: words("Stage, by its label; left out: the first of the pipeline").optional(),
  owner: words("Who owns it: me, a name or an e-mail address; left out: me").optional(),
});

const args = z.object({
  company: z.string(),
  company_name: z.string(),
  name: z.string(),
  amount: z.number(),
  close_date: z.string(),
  pipeline_id: z.string(),
  stage: z.string(),
  stage_id: z.string(),
  owner: z.string(),
  owner_id: z.string(),
});
type Args = z.infer<typeof args>;

/** Creates one deal for a company; its open deals stand on the card, so that none is made twice. */
export function dealCreate(crm: CrmPort): WriteTool {
  return {
    name: "crm_deal_create",
    title: "Create a deal",
    description:
      'Creates one deal for a company that is in the CRM. For example {"company":"Globex","name":"Globex expansion","amount":20000,"close_date":"2027-03-31"}.',
    system: "crm",
    effect: "write",
    input,
    slots: { company: "deal", name: "text", amount: "money", close_date: "date", stage: "stage" },
    examples,
    targetTypes: ["Company"],
    policyArgs: { amount: "Long", stage: "String" },
    risks: [1, 2],
    lagMs: crm.lagMs,
    step: ({ company }) => `Preparing a new deal for ${plain(said(company) ?? "", 80)}`,
    resolve: (given, context) => resolve(crm, given, context),
    version: async (given, context) => {
      const { company } = canonical(args, given);
      return versionOf(await openDeals(crm, company, context));
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const made = await crm.create(
        "deal",
        {
          name: wish.name,
          amount: wish.amount,
          closeDate: wish.close_date,
          pipelineId: wish.pipeline_id,
          stageId: wish.stage_id,
          ownerId: wish.owner_id,
          description: trailOf("Created", context),
        },
        [{ kind: "company", id: wish.company }],
        context,
      );
      return outputOf(crm, wish, made.id);
    },
    find: (given, context) => {
      const wish = canonical(args, given);
      const on = { kind: "company", id: wish.company } as const;
      return findCreated(crm, "deal", on, (id) => outputOf(crm, wish, id), context);
    },
  };
}

const wishShape = input.extend({ amount: moneyInput, close_date: dateInput });

async function resolve(crm: CrmPort, given: JsonObject, context: CallContext): Promise<ResolvedWrite> {
  const me = await requireAccount(crm, context);
  const wish = wishShape.parse(pick(given));
  const [company, pipelines, owner] = await Promise.all([
    findRecord(crm, "company", wish.company, context),
    crm.pipelines("deal", context),
    wish.owner === undefined ? me : findOwner(crm, wish.owner, context),
  ]);
  const [pipeline] = pipelines;
  const first = pipeline?.stages.find(({ closed }) => !closed);
  const stage = wish.stage === undefined ? first : stageFor(pipelines, pipeline?.id ?? "", wish.stage);
  const open = await openDeals(crm, company.id, context);
  const resolved = {
    company: company.id,
    company_name: company.name,
    name: line(wish.name, 160),
    amount: wish.amount,
    close_date: wish.close_date,
    pipeline_id: pipeline?.id ?? "",
    stage: stage?.label ?? "",
    stage_id: stage?.id ?? "",
    owner: owner.name,
    owner_id: owner.id,
  } satisfies Args;
  return {
    args: resolved,
    target: recordTarget("company", company),
    policyArgs: { amount: Math.ceil(wish.amount), stage: resolved.stage },
    risk: wish.amount >= largeAmount ? 2 : 1,
    version: versionOf(open),
    preview: {
      sentence: `Create the deal "${line(wish.name, 120)}" for ${line(company.name, 80)}`,
      fields: fieldsOf(resolved, owner, open),
    },
  };
}

/** Canonical arguments of an earlier proposal hold more than the input does. */
const pick = (given: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(given).filter(([name]) => name in input.shape));

const fieldsOf = (wish: Args, owner: Owner, open: readonly Deal[]) => [
  { label: "Company", value: line(wish.company_name, 80) },
  { label: "Stage", value: line(wish.stage, 80) },
  { label: "Amount", value: moneyWords(wish.amount, { currency: open[0]?.currency }) },
  { label: "Close date", value: wish.close_date },
  { label: "Owner", value: line(owner.name, 80) },
  ...(open.length === 0
    ? []
    : [
        {
          label: "Open deals there",
          value: open
            .slice(0, namedMax)
            .map((deal) => `${line(deal.name, 80)} (${moneyWords(deal.amount, deal)})`)
            .join("; "),
        },
      ]),
];

/** The company's open deals that the caller may see. */
async function openDeals(crm: CrmPort, company: string, context: CallContext): Promise<Deal[]> {
  const [deals, pipelines] = await Promise.all([
    crm.linked({ kind: "company", id: company }, "deal", linkedMax, context),
    crm.pipelines("deal", context),
  ]);
  return deals.filter((deal) => !stageOf(pipelines, deal).closed);
}

/** Another one when a deal is opened there meanwhile: the card is then shown anew, with that one on it. */
const versionOf = (open: readonly Deal[]): string =>
  `open:${
    open
      .map(({ id }) => id)
      .toSorted()
      .join(",") || "none"
  }`;

const outputOf = (crm: CrmPort, wish: Args, id: string): ToolOutput => ({
  text: `The deal “${plain(wish.name)}” of ${plain(wish.company_name, 80)} was created in ${crm.name}, id ${plain(id, 40)}: ${moneyWords(wish.amount, { currency: undefined })}, ${plain(wish.stage, 60)}, closes ${wish.close_date}.`,
  sources: [],
  data: { id },
  untrusted: [],
});

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "create a deal for {deal}, {money}, closing {date}",
  "new deal with {deal} over {money}",
  "add an opportunity for {deal}: {money} by {date}",
  "open a new deal for {deal}",
  "create a new opportunity at {deal} worth {money}",
  "add a deal for the company {deal}",
  "start a new deal with {deal}, close date {date}",
  "put a new {money} deal for {deal} into the crm",
  "please create an opportunity for {deal}",
  "log a new opportunity with {deal}",
  "make a new deal for {deal} in {stage}",
  "new opportunity {deal}, {money}, {date}",
];
