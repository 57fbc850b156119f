import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain, table } from "../text.ts";
import { age } from "../times.ts";
import { requireAccount, requireKind } from "./access.ts";
import { crmTarget } from "./entities.ts";
import { foundHeadline, narrower } from "./found.ts";
import { ownerName, stageOf } from "./kinds.ts";
import { findOwner, stagesMeant } from "./names.ts";
import type { CrmPort } from "./port.ts";

const rowsShown = 10;

const input = z.strictObject({
  ticket: words("Words of the subject, or the customer's name").optional(),
  stage: words("Stage, by its label such as Waiting on us").optional(),
  owner: words("Whose tickets: me, a name or an e-mail address").optional(),
  state: z.enum(["open", "closed", "all"]).describe("Left out: open").optional(),
});
const args = z.object({
  ticket: z.string().optional(),
  stage: z.string().optional(),
  stage_ids: z.array(z.string()).optional(),
  owner: z.string().optional(),
  owner_id: z.string().optional(),
  state: z.enum(["open", "closed", "all"]),
});

/** "Which tickets are open?": tickets by words, stage, owner and state, newest first. */
export function ticketFind(crm: CrmPort): ReadTool {
  return {
    name: "crm_ticket_find",
    title: "Find tickets",
    description:
      'Lists support tickets of the CRM by words, customer, stage, owner and state, newest first. For example {"owner":"me"} or {"ticket":"payout"}.',
    system: "crm",
    effect: "read",
    input,
    slots: { ticket: "deal", owner: "person_me", state: "state" },
    examples,
    targetTypes: ["Crm"],
    policyArgs: {},
    step: ({ ticket }) => {
      const what = said(ticket);
      return `Looking for tickets${what === undefined ? "" : `: ${plain(what, 80)}`}`;
    },
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      await requireKind(crm, "ticket", context);
      const wish = canonical(input, given);
      const [pipelines, owner] = await Promise.all([
        crm.pipelines("ticket", context),
        wish.owner === undefined ? undefined : findOwner(crm, wish.owner, context),
      ]);
      const state = wish.state ?? "open";
      const stages = stagesMeant(pipelines, wish.stage, state);
      const resolved: JsonObject = {
        ...(wish.ticket !== undefined && { ticket: wish.ticket }),
        ...(wish.stage !== undefined && { stage: stages?.[0]?.label ?? wish.stage }),
        ...(stages !== undefined && { stage_ids: stages.map(({ id }) => id) }),
        ...(owner && { owner: owner.name, owner_id: owner.id }),
        state: wish.stage === undefined ? state : "all",
      };
      return { args: resolved, target: crmTarget(crm.name), policyArgs: {} };
    },
    run: (given, context) => list(crm, canonical(args, given), context),
  };
}

async function list(crm: CrmPort, wish: z.infer<typeof args>, context: CallContext): Promise<ToolOutput> {
  const [page, pipelines, owners] = await Promise.all([
    crm.find(
      "ticket",
      {
        ...(wish.ticket !== undefined && { text: wish.ticket }),
        ...(wish.owner_id !== undefined && { ownerId: wish.owner_id }),
        ...(wish.stage_ids !== undefined && { stageIds: wish.stage_ids }),
        rowsMax: rowsShown,
      },
      context,
    ),
    crm.pipelines("ticket", context),
    crm.owners(context),
  ]);
  const which = [
    ...(wish.state === "all" ? [] : [`that ${page.total === 1 ? "is" : "are"} ${wish.state}`]),
    ...(wish.ticket === undefined ? [] : [`for “${plain(wish.ticket, 60)}”`]),
    ...(wish.stage === undefined ? [] : [`in ${plain(wish.stage, 40)}`]),
    ...(wish.owner === undefined ? [] : [`of ${plain(wish.owner, 60)}`]),
  ].join(" ");
  const rows = page.records.map((one) => [
    plain(one.id, 40),
    plain(one.name, 80),
    plain(stageOf(pipelines, one).label, 40),
    one.priority ?? "none",
    age(one.createdAt, context.now()),
    plain(ownerName(owners, one), 60),
  ]);
  return {
    text: [
      foundHeadline("ticket", page, which, ", newest first"),
      ...(rows.length > 0 ? [table(["Id", "Ticket", "Stage", "Priority", "Age", "Owner"], rows)] : []),
      ...narrower(page, "Narrow it by words, customer, stage or owner."),
    ].join("\n\n"),
    sources: [],
    data: { total: page.total, shown: page.records.map(({ id, name }) => ({ id, name })) },
    choices: page.records.map((one) => ({
      value: one.id,
      label: line(`${one.name}, ${stageOf(pipelines, one).label}`, 75),
    })),
    untrusted: page.records.length > 0 ? [`subjects of tickets in ${crm.name}`] : [],
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show open support tickets",
  "list my support tickets",
  "which support tickets are open?",
  "support tickets of {deal}",
  "open customer tickets from {deal}",
  "what tickets does {person} have",
  "support tickets assigned to {person}",
  "my open customer tickets",
  "has the customer {deal} opened a ticket?",
  "all support tickets for {deal}",
  "which customer tickets are waiting on us",
  "show closed support tickets of {deal}",
];
