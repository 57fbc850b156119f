import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain, quoted } from "../text.ts";
import { ago, moment } from "../times.ts";
import { requireOwner } from "./access.ts";
import { dealTarget } from "./entities.ts";
import { findDeal, ownerName, stageOf } from "./names.ts";
import { TerminalError } from "../../src/core/errors.ts";
import type { CrmPort, Deal, DealContext } from "./port.ts";
import { moneyWords } from "./values.ts";

const noteCharsMax = 500;

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
      requireOwner(context, crm.name);
      const deal = await findDeal(crm, canonical(input, given).deal, context);
      return { args: { deal: deal.id, name: deal.name }, target: dealTarget(deal), policyArgs: {} };
    },
    run: async (given, context) => {
      const { deal: id, name } = canonical(args, given);
      const [deal, around] = await Promise.all([
        crm.deal(id, context.signal),
        crm.dealContext(id, context.signal),
      ]);
      if (deal === undefined) {
        throw new TerminalError("crm_no_deal", `The deal "${line(name, 80)}" is no longer in ${crm.name}.`);
      }
      return overview(crm, deal, around, context);
    },
  };
}

async function overview(
  crm: CrmPort,
  deal: Deal,
  around: DealContext,
  context: CallContext,
): Promise<ToolOutput> {
  const [pipelines, owners] = await Promise.all([crm.pipelines(context.signal), crm.owners(context.signal)]);
  const pipeline = pipelines.find(({ id }) => id === deal.pipelineId);
  const facts: [label: string, value: string][] = [
    ["Stage", `${plain(stageOf(pipelines, deal).label)}${pipeline ? ` (${plain(pipeline.label)})` : ""}`],
    ["Amount", moneyWords(deal.amount, deal)],
    ["Close date", deal.closeDate ?? "none"],
    ["Owner", plain(ownerName(owners, deal), 60)],
    ...listed("Company", around.companies),
    ...listed("Contacts", around.contacts),
    ["Last changed", `${ago(deal.updatedAt, context.now())} (${moment(deal.updatedAt)})`],
  ];
  const notes = around.notes.map(
    (note) => `Note of ${moment(note.at)}:\n\n${quoted(note.text, noteCharsMax)}`,
  );
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
      ...(around.contacts.length > 0 ? [`contacts of the deal ${name}`] : []),
    ],
  };
}

const listed = (label: string, names: readonly string[]): [string, string][] =>
  names.length === 0 ? [] : [[label, names.map((name) => plain(name, 80)).join(", ")]];

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
