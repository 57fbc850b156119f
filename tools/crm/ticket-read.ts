import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, detail, said, words } from "../input.ts";
import { line, plain, quoted, sized } from "../text.ts";
import { ago, moment } from "../times.ts";
import { requireAccount, requireKind } from "./access.ts";
import { recordTarget } from "./entities.ts";
import { ownerName, stageOf } from "./kinds.ts";
import { issuesIn } from "./issue-link.ts";
import { findRecord } from "./names.ts";
import type { CrmPort, Ticket } from "./port.ts";
import { timelineText } from "./timeline.ts";

const shown = { short: { chars: 1500, entries: 3 }, full: { chars: 8000, entries: 15 } };
const entriesRead = 50;
const linkedMax = 5;

const input = z.strictObject({
  ticket: words("The ticket's id, its subject, or the customer's name"),
  detail: detail("the whole text and more entries"),
});
const args = z.object({ ticket: z.string(), name: z.string(), detail: z.enum(["short", "full"]) });

/** One support ticket: what the customer wrote, where it stands, who has it, what was noted. */
export function ticketRead(crm: CrmPort): ReadTool {
  return {
    name: "crm_ticket_read",
    title: "Read a ticket",
    description:
      'Reads one support ticket: text, stage, priority, cause, owner, customer, linked issues, newest notes. For example {"ticket":"6001"}.',
    system: "crm",
    effect: "read",
    input,
    slots: { ticket: "deal" },
    examples,
    targetTypes: ["Ticket"],
    policyArgs: {},
    step: ({ ticket }) => `Reading the ticket ${plain(said(ticket) ?? "", 80)}`,
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      await requireKind(crm, "ticket", context);
      const wish = canonical(input, given);
      const ticket = await findRecord(crm, "ticket", wish.ticket, context);
      return {
        args: { ticket: ticket.id, name: ticket.name, detail: wish.detail ?? "short" },
        target: recordTarget("ticket", ticket),
        policyArgs: {},
      };
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const ticket = await crm.get("ticket", wish.ticket, context);
      if (ticket === undefined) {
        throw new TerminalError(
          "crm_no_ticket",
          `The ticket "${line(wish.name, 80)}" is no longer in ${crm.name}.`,
        );
      }
      return overview(crm, ticket, wish.detail, context);
    },
  };
}

async function overview(
  crm: CrmPort,
  ticket: Ticket,
  how: "short" | "full",
  context: CallContext,
): Promise<ToolOutput> {
  const on = { kind: "ticket", id: ticket.id } as const;
  const [pipelines, owners, contacts, companies, entries] = await Promise.all([
    crm.pipelines("ticket", context),
    crm.owners(context),
    crm.linked(on, "contact", linkedMax, context),
    crm.linked(on, "company", linkedMax, context),
    crm.timeline(on, entriesRead, context),
  ]);
  const stage = stageOf(pipelines, ticket);
  const customers = [...contacts, ...companies].map(({ name }) => plain(name, 80));
  const issues = issuesIn(entries);
  const facts: [string, string][] = [
    ["Stage", `${plain(stage.label, 60)}${stage.closed ? " (closed)" : ""}`],
    ["Priority", ticket.priority ?? "none"],
    ["Cause", plain(ticket.cause ?? "none", 60)],
    ["Owner", plain(ownerName(owners, ticket), 60)],
    ...(customers.length > 0 ? [["Customer", customers.join(", ")] as [string, string]] : []),
    ...(issues.length > 0
      ? [["Issues", issues.map((url) => plain(url, 200)).join(", ")] as [string, string]]
      : []),
    ["Opened", `${ago(ticket.createdAt, context.now())} (${moment(ticket.createdAt)})`],
  ];
  const { chars, entries: entriesMax } = shown[how];
  const name = line(ticket.name, 80);
  const text = [
    `**Ticket “${plain(ticket.name)}”** in ${crm.name}, id ${ticket.id}.`,
    facts.map(([label, value]) => `- ${label}: ${value}`).join("\n"),
    ...(ticket.description ? [`The customer wrote:\n\n${quoted(ticket.description, chars)}`] : []),
    ...timelineText(entries.slice(0, entriesMax)),
  ];
  return {
    text: sized(text.join("\n\n"), how, "Ask about one thing in it."),
    sources: [],
    data: { id: ticket.id, stage: ticket.stageId, closed: stage.closed, issues },
    untrusted: [`the ticket ${name}`, ...(entries.length > 0 ? [`notes on the ticket ${name}`] : [])],
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show the support ticket of {deal}",
  "read the support ticket from {deal}",
  "what does the customer ticket of {deal} say",
  "summarise the support ticket of {deal}",
  "what did {deal} write in the ticket?",
  "status of the support ticket from {deal}",
  "who has the support ticket of {deal}",
  "open the ticket that {deal} sent to support",
  "what is the ticket of {deal} about?",
  "details of the support ticket of {deal}",
  "is there an issue linked to the ticket of {deal}",
  "what priority has the support ticket of {deal}",
];
