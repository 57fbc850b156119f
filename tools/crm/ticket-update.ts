import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { requireAccount, requireKind } from "./access.ts";
import { recordTarget } from "./entities.ts";
import { stageOf } from "./kinds.ts";
import { findRecord, stageFor } from "./names.ts";
import { type CrmPort, priorities } from "./port.ts";
import { type Change, findChange, sendChange } from "./record-change.ts";

const changeable = ["stage", "priority", "cause", "subject"] as const;

const input = z
  .strictObject({
    ticket: words("The ticket's id, its subject, or the customer's name"),
    stage: words("New stage, by its label such as Closed").optional(),
    priority: z.enum(priorities).describe("New priority").optional(),
    cause: words("New cause, by the CRM's own categories", 60).optional(),
    subject: words("New subject", 200).optional(),
  })
  .refine((given) => changeable.some((name) => given[name] !== undefined), {
    path: ["stage"],
    message: "name at least one change: stage, priority, cause or subject",
  });

const optional = z.string().optional();
/** Canonical arguments: only what really changes, what it was before, and the version it was made from. */
const args = z.object({
  ticket: z.string(),
  name: z.string(),
  stage: optional,
  stage_id: optional,
  priority: z.enum(priorities).optional(),
  cause: optional,
  subject: optional,
  stage_before: optional,
  priority_before: optional,
  cause_before: optional,
  subject_before: optional,
  seen: z.string(),
});
type Args = z.infer<typeof args>;

/** Changes stage, priority, cause or subject of one ticket, shown before and after. */
export function ticketUpdate(crm: CrmPort): WriteTool {
  return {
    name: "crm_ticket_update",
    title: "Change a ticket",
    description:
      'Changes stage, priority, cause or subject of one support ticket. For example {"ticket":"6001","stage":"Waiting on us","priority":"high"}.',
    system: "crm",
    effect: "write",
    input,
    slots: { ticket: "deal", stage: "text", priority: "text" },
    examples,
    targetTypes: ["Ticket"],
    policyArgs: { stage: "String", priority: "String" },
    risks: [1],
    lagMs: crm.lagMs,
    step: ({ ticket }) => `Preparing a change of the ticket ${plain(said(ticket) ?? "", 80)}`,
    resolve: (given, context) => resolve(crm, given, context),
    version: async (given, context) =>
      (await crm.get("ticket", canonical(args, given).ticket, context))?.updatedAt ?? "gone",
    run: (given, context) => sendChange(crm, changeOf(canonical(args, given)), context),
    find: (given, context) => findChange(crm, changeOf(canonical(args, given)), context),
    undo: (given) => Promise.resolve(undoOf(canonical(args, given))),
  };
}

async function resolve(crm: CrmPort, given: JsonObject, context: CallContext) {
  await requireAccount(crm, context);
  await requireKind(crm, "ticket", context);
  const wish = canonical(args.omit({ name: true, seen: true }), given);
  const [ticket, pipelines] = await Promise.all([
    findRecord(crm, "ticket", wish.ticket, context),
    crm.pipelines("ticket", context),
  ]);
  const now = stageOf(pipelines, ticket);
  const stage = wish.stage === undefined ? undefined : stageFor(pipelines, ticket.pipelineId, wish.stage);
  const before = { stage: now.label, priority: ticket.priority, cause: ticket.cause, subject: ticket.name };
  const after = { ...wish, stage: stage?.label };
  const changed = changeable.filter((name) => after[name] !== undefined && after[name] !== before[name]);
  if (changed.length === 0) {
    throw new TerminalError(
      "nothing_to_change",
      `The ticket "${line(ticket.name, 80)}" is so already: ${line(now.label, 60)}, priority ${ticket.priority ?? "none"}. Nothing to change.`,
    );
  }
  const values = changed.flatMap((name): [string, string][] => {
    const was = before[name];
    return [
      [name, after[name] ?? ""],
      ...(was === undefined ? [] : [[`${name}_before`, was] as [string, string]]),
    ];
  });
  return {
    args: {
      ticket: ticket.id,
      name: ticket.name,
      ...Object.fromEntries(values),
      ...(stage !== undefined && changed.includes("stage") && { stage_id: stage.id }),
      seen: ticket.updatedAt,
    },
    target: recordTarget("ticket", ticket),
    policyArgs: {
      ...(after.stage !== undefined && { stage: after.stage }),
      ...(after.priority !== undefined && { priority: after.priority }),
    },
    risk: 1 as const,
    version: ticket.updatedAt,
    preview: {
      sentence: `Change the ticket "${line(ticket.name, 120)}"`,
      fields: changed.map((name) => ({
        label: labels[name],
        before: line(before[name] ?? "none", 200),
        value: line(after[name] ?? "", 200),
      })),
    },
  };
}

const labels = { stage: "Stage", priority: "Priority", cause: "Cause", subject: "Subject" } as const;

const changeOf = (wish: Args): Change<"ticket"> => ({
  kind: "ticket",
  id: wish.ticket,
  name: wish.name,
  seen: wish.seen,
  values: {
    ...(wish.stage_id !== undefined && { stageId: wish.stage_id }),
    ...(wish.priority !== undefined && { priority: wish.priority }),
    ...(wish.cause !== undefined && { cause: wish.cause }),
    ...(wish.subject !== undefined && { name: wish.subject }),
  },
  parts: (before) =>
    changeable.flatMap((name) => {
      const value = wish[name];
      if (value === undefined) return [];
      const was = before === undefined ? "" : `${wish[`${name}_before`] ?? "none"} → `;
      return [`${name} ${was}${value}`];
    }),
});

/** The change back; none where a value was empty before, since no change makes one empty again. */
function undoOf(wish: Args): { tool: string; args: JsonObject } | undefined {
  const names = changeable.filter((name) => wish[name] !== undefined);
  const back = names.flatMap((name): [string, string][] => {
    const was = wish[`${name}_before`];
    return was === undefined ? [] : [[name, was]];
  });
  if (back.length < names.length) return undefined;
  return { tool: "crm_ticket_update", args: { ticket: wish.ticket, ...Object.fromEntries(back) } };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "close the support ticket of {deal}",
  "set the support ticket of {deal} to waiting on us",
  "change the priority of the {deal} ticket to high",
  "mark the customer ticket of {deal} as closed",
  "raise the priority of the support ticket from {deal}",
  "reopen the support ticket of {deal}",
  "move the {deal} ticket to waiting on contact",
  "the support ticket of {deal} is solved, close it",
  "set the cause of the {deal} ticket to billing",
  "update the support ticket of {deal}",
  "lower the priority of the customer ticket from {deal}",
  "rename the support ticket of {deal}",
];
