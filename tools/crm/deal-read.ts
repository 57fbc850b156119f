import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { ago, moment } from "../times.ts";
import { requireAccount } from "./access.ts";
import { recordTarget } from "./entities.ts";
import { ownerName, stageOf } from "./kinds.ts";
import { findRecord } from "./names.ts";
import type { CrmPort, Deal } from "./port.ts";
import { timelineText } from "./timeline.ts";
import { moneyWords } from "./values.ts";

const notesShown = 3;
const linkedMax = 5;

const input = z.strictObject({ deal: words("The deal's name, its company's name, or its id") });
const args = z.object({ deal: z.string(), name: z.string() });

/** An overview of one deal: stage, amount, close date, owner, people, and its newest notes. */
export function dealRead(crm: CrmPort): ReadTool {
  return {
    name: "crm_deal_read",
    title: "Read a deal",
    description:
      'Overview of one deal: stage, amount, close date, owner, company, contacts, newest notes. For example {"deal":"Globex"}.',
    system: "crm",
    effect: "read",
    input,
    slots: { deal: "deal" },
    examples,
    targetTypes: ["Deal"],
    policyArgs: {},
    step: ({ deal }) => `Reading the deal ${plain(said(deal) ?? "", 80)}`,
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      const deal = await findRecord(crm, "deal", canonical(input, given).deal, context);
      return { args: { deal: deal.id, name: deal.name }, target: recordTarget("deal", deal), policyArgs: {} };
    },
    run: async (given, context) => {
      const { deal: id, name } = canonical(args, given);
      const deal = await crm.get("deal", id, context);
      if (deal === undefined) {
        throw new TerminalError("crm_no_deal", `The deal "${line(name, 80)}" is no longer in ${crm.name}.`);
      }
      return overview(crm, deal, context);
    },
  };
}

async function overview(crm: CrmPort, deal: Deal, context: CallContext): Promise<ToolOutput> {
  const on = { kind: "deal", id: deal.id } as const;
  const [pipelines, owners, companies, contacts, entries] = await Promise.all([
    crm.pipelines("deal", context),
    crm.owners(context),
    crm.linked(on, "company", linkedMax, context),
    crm.linked(on, "contact", linkedMax, context),
    crm.timeline(on, notesShown, context),
  ]);
  const pipeline = pipelines.find(({ id }) => id === deal.pipelineId);
  const facts: [label: string, value: string][] = [
    ["Stage", `${plain(stageOf(pipelines, deal).label)}${pipeline ? ` (${plain(pipeline.label)})` : ""}`],
    ["Amount", moneyWords(deal.amount, deal)],
    ["Close date", deal.closeDate ?? "none"],
    ["Owner", plain(ownerName(owners, deal), 60)],
    ...listed("Company", companies),
    ...listed("Contacts", contacts),
    ["Last changed", `${ago(deal.updatedAt, context.now())} (${moment(deal.updatedAt)})`],
  ];
  const notes = timelineText(entries);
  const name = line(deal.name, 80);
  return {
    text: [
      `**Deal “${plain(deal.name)}”** in ${crm.name}, id ${deal.id}.`,
      facts.map(([label, value]) => `- ${label}: ${value}`).join("\n"),
      ...notes,
    ].join("\n\n"),
    sources: [],
    data: {
      id: deal.id,
      stage: deal.stageId,
      amount: deal.amount ?? null,
      close_date: deal.closeDate ?? null,
    },
    untrusted: [
      ...(notes.length > 0 ? [`notes on the deal ${name}`] : []),
      ...(contacts.length > 0 ? [`contacts of the deal ${name}`] : []),
    ],
  };
}

const listed = (label: string, records: readonly { name: string }[]): [string, string][] =>
  records.length === 0 ? [] : [[label, records.map(({ name }) => plain(name, 80)).join(", ")]];

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show the {deal} deal",
  "how is the deal with {deal} doing?",
  "what is the status of the {deal} deal",
  "what stage is {deal} in",
  "how big is the {deal} deal",
  "when is {deal} expected to close?",
  "who is the owner of the {deal} deal",
  "tell me about the {deal} opportunity",
  "give me an overview of {deal}",
  "details of the {deal} deal please",
  "what is {deal} worth",
  "summary of the opportunity with {deal}",
  "how much money is in {deal}",
  "where does {deal} stand",
  "what is the close date of {deal}",
  "which stage did {deal} reach",
  "any news on the {deal} deal",
  "how is {deal} going",
  "{deal} deal status",
  "where are we on {deal}?",
  "what is the amount of the {deal} deal",
  "which stage is the {deal} deal in?",
  "how large is {deal}",
  "who looks after {deal}",
  "when will the {deal} deal close",
  "show me the opportunity {deal}",
  "what do we know about the {deal} deal",
  "give me the details of {deal}",
];
