import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain, table } from "../text.ts";
import { requireAccount } from "./access.ts";
import { crmTarget } from "./entities.ts";
import { ownerName, stageOf } from "./kinds.ts";
import { findOwner, stagesMeant } from "./names.ts";
import type { CrmPort, Deal, Owner, Pipeline } from "./port.ts";
import { moneyWords } from "./values.ts";

const rowsShown = 10;

const input = z.strictObject({
  deal: words("Words of the deal's name, or its company's name").optional(),
  stage: words("Stage, by its label such as Negotiation").optional(),
  owner: words("Whose deals: me, a name or an e-mail address").optional(),
  state: z
    .enum(["open", "closed", "all"])
    .describe("Left out: open, or all where a deal or a stage is named")
    .optional(),
});

const args = z.object({
  deal: z.string().optional(),
  stage: z.string().optional(),
  stage_ids: z.array(z.string()).optional(),
  owner: z.string().optional(),
  owner_id: z.string().optional(),
  state: z.enum(["open", "closed", "all"]),
});
type Args = z.infer<typeof args>;

/** "Which deals are in negotiation?": deals by company, stage, owner and state, by close date. */
export function dealFind(crm: CrmPort): ReadTool {
  return {
    name: "crm_deal_find",
    title: "Find deals",
    description:
      "Lists deals of the CRM by company or name, stage, owner and state, earliest close date first. " +
      'For example {"owner":"me"} or {"stage":"Negotiation"} or {"deal":"Initech"}.',
    system: "crm",
    effect: "read",
    input,
    slots: { deal: "deal", stage: "stage", owner: "person_me", state: "state" },
    examples,
    lists: { kind: "deal", words: (typed) => (typed === "" ? {} : { deal: typed }) },
    targetTypes: ["Crm"],
    policyArgs: {},
    step: ({ deal, stage }) => {
      const what = said(deal) ?? said(stage);
      return `Looking for deals${what === undefined ? "" : `: ${plain(what, 80)}`}`;
    },
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      const wish = canonical(input, given);
      const [pipelines, owner] = await Promise.all([
        crm.pipelines("deal", context),
        wish.owner === undefined ? undefined : findOwner(crm, wish.owner, context),
      ]);
      const state = wish.state ?? (wish.deal === undefined && wish.stage === undefined ? "open" : "all");
      const stages = stagesMeant(pipelines, wish.stage, state);
      const resolved: JsonObject = {
        ...(wish.deal !== undefined && { deal: wish.deal }),
        ...(wish.stage !== undefined && { stage: stages?.[0]?.label ?? wish.stage }),
        ...(stages !== undefined && { stage_ids: stages.map(({ id }) => id) }),
        ...(owner && { owner: owner.name, owner_id: owner.id }),
        state,
      };
      return { args: resolved, target: crmTarget(crm.name), policyArgs: {} };
    },
    run: (given, context) => list(crm, canonical(args, given), context),
  };
}

async function list(crm: CrmPort, wish: Args, context: CallContext): Promise<ToolOutput> {
  const [{ records: rows, total, more }, pipelines, owners] = await Promise.all([
    crm.find(
      "deal",
      {
        ...(wish.deal !== undefined && { text: wish.deal }),
        ...(wish.owner_id !== undefined && { ownerId: wish.owner_id }),
        ...(wish.stage_ids !== undefined && { stageIds: wish.stage_ids }),
        rowsMax: rowsShown,
      },
      context,
    ),
    crm.pipelines("deal", context),
    crm.owners(context),
  ]);
  return {
    text: [
      headline(wish, total, more),
      ...(rows.length > 0 ? [tableOf(rows, pipelines, owners)] : []),
      ...(total > rows.length
        ? [`${rows.length} of ${total}${more ? " or more" : ""} shown. Narrow it by company, stage or owner.`]
        : []),
    ].join("\n\n"),
    sources: [],
    data: { total, shown: rows.map(({ id, name }) => ({ id, name })) },
    choices: rows.map((deal) => ({
      value: deal.id,
      label: line(`${deal.name}, ${stageOf(pipelines, deal).label}`, 75),
    })),
    untrusted: [],
  };
}

const tableOf = (rows: readonly Deal[], pipelines: readonly Pipeline[], owners: readonly Owner[]): string =>
  table(
    ["Deal", "Stage", "Amount", "Close date", "Owner"],
    rows.map((deal) => [
      plain(deal.name, 80),
      plain(stageOf(pipelines, deal).label, 40),
      moneyWords(deal.amount, deal),
      deal.closeDate ?? "none",
      plain(ownerName(owners, deal), 60),
    ]),
  );

function headline(wish: Args, total: number, more: boolean): string {
  const parts = [
    ...(wish.deal === undefined ? [] : [`for “${plain(wish.deal, 60)}”`]),
    ...(wish.stage === undefined ? [] : [`in ${plain(wish.stage, 40)}`]),
    ...(wish.owner === undefined ? [] : [`of ${plain(wish.owner, 60)}`]),
  ].join(" ");
  const state = wish.state === "all" ? "" : `${wish.state} `;
  const order = total > 1 ? ", earliest close date first" : "";
  return `**${total === 0 ? "No" : `${more ? "At least " : ""}${total}`} ${state}deal${total === 1 ? "" : "s"}${parts && ` ${parts}`}**${order}.`;
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show all deals of {deal}",
  "which deals are in {stage}?",
  "list my deals",
  "find deals with {deal}",
  "deals owned by {person}",
  "what deals does {person} have in {stage}",
  "my open opportunities",
  "do we have a deal with {deal}?",
  "show every deal in {stage}",
  "what opportunities are there for {deal}",
  "which deals am I responsible for",
  "are there deals at {deal} right now",
  "search the crm for deals with {deal}",
  "what is on my sales pipeline",
  "which customers are in {stage}",
  "all opportunities that {person} owns",
  "deals we {stage} with {deal}",
  "anything open with {deal}?",
  "deals with {deal}",
  "deals in {stage}",
  "what deals do we have at {deal}?",
  "list the open deals of {person}",
  "any opportunities with {deal}",
  "which deals are mine?",
  "all {stage} deals",
  "show me {person}'s deals",
  "what is {person} selling at the moment",
  "find every deal for {deal}",
  "show all my deals in {stage}",
  "which deals have we {stage}",
];
