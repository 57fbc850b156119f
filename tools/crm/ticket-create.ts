import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, ResolvedWrite, ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain, visible } from "../text.ts";
import { requireAccount, requireKind } from "./access.ts";
import { recordTarget } from "./entities.ts";
import { stageOf } from "./kinds.ts";
import { findAbout } from "./names.ts";
import { type CrmPort, priorities, type Ref, type Ticket } from "./port.ts";
import { findCreated } from "./record-create.ts";
import { trailOf } from "./trail.ts";

const linkedMax = 100;
const namedMax = 5;

const input = z.strictObject({
  customer: words("Who it is for: a contact's name or mail address, or a company"),
  subject: words("One line that says what is wrong or wanted", 200),
  description: words("What the customer wrote or said", 10_000).optional(),
  priority: z.enum(priorities).describe("How urgent it is; left out: medium").optional(),
  cause: words("Why they wrote, by the CRM's own categories", 60).optional(),
});
const args = z.object({
  customer: z.string(),
  customer_kind: z.enum(["contact", "company"]),
  customer_name: z.string(),
  subject: z.string(),
  description: z.string(),
  priority: z.enum(priorities),
  cause: z.string().optional(),
  pipeline_id: z.string(),
  stage_id: z.string(),
  owner_id: z.string(),
});
type Args = z.infer<typeof args>;

/** Opens one support ticket for a customer; the customer's open tickets stand on the card. */
export function ticketCreate(crm: CrmPort): WriteTool {
  return {
    name: "crm_ticket_create",
    title: "Open a ticket",
    description:
      'Opens one support ticket for a contact or a company. For example {"customer":"dana.reyes@globex.example","subject":"Sign-on asks twice","priority":"high"}.',
    system: "crm",
    effect: "write",
    input,
    slots: { customer: "deal", subject: "text", description: "text" },
    examples,
    targetTypes: ["Contact", "Company"],
    policyArgs: { priority: "String" },
    risks: [1],
    lagMs: crm.lagMs,
    step: ({ subject }) => `Preparing the ticket “${plain(said(subject) ?? "", 80)}”`,
    resolve: (given, context) => resolve(crm, given, context),
    version: async (given, context) =>
      versionOf(await openTickets(crm, refOf(canonical(args, given)), context)),
    run: async (given, context) => {
      const wish = canonical(args, given);
      const trail = trailOf("Opened", context);
      const made = await crm.create(
        "ticket",
        {
          name: wish.subject,
          description: wish.description === "" ? trail : `${wish.description}\n\n${trail}`,
          priority: wish.priority,
          ...(wish.cause !== undefined && { cause: wish.cause }),
          pipelineId: wish.pipeline_id,
          stageId: wish.stage_id,
          ownerId: wish.owner_id,
        },
        [refOf(wish)],
        context,
      );
      return outputOf(crm, wish, made.id);
    },
    find: (given, context) => {
      const wish = canonical(args, given);
      return findCreated(crm, "ticket", refOf(wish), (id) => outputOf(crm, wish, id), context);
    },
  };
}

async function resolve(crm: CrmPort, given: JsonObject, context: CallContext): Promise<ResolvedWrite> {
  const me = await requireAccount(crm, context);
  await requireKind(crm, "ticket", context);
  const named = said(given["customer"]) ?? "";
  const told = said(given["customer_kind"]) ?? "";
  const name = told === "" ? named : `${told} ${named}`;
  const [{ kind, record }, pipelines] = await Promise.all([
    findAbout(crm, name, ["contact", "company"], "customer", context),
    crm.pipelines("ticket", context),
  ]);
  const [pipeline] = pipelines;
  const first = pipeline?.stages.find(({ closed }) => !closed);
  const on = { kind, id: record.id };
  const open = await openTickets(crm, on, context);
  const wish = {
    customer: record.id,
    customer_kind: kind === "company" ? kind : "contact",
    customer_name: record.name,
    subject: line(said(given["subject"]) ?? "", 200),
    description: visible(said(given["description"]) ?? "").trim(),
    priority: priorities.find((one) => one === given["priority"]) ?? "medium",
    ...(given["cause"] !== undefined && { cause: line(said(given["cause"]) ?? "", 60) }),
    pipeline_id: pipeline?.id ?? "",
    stage_id: first?.id ?? "",
    owner_id: me.id,
  } satisfies Args;
  return {
    args: wish,
    target: recordTarget(kind, record),
    policyArgs: { priority: wish.priority },
    risk: 1,
    version: versionOf(open),
    preview: {
      sentence: `Open the ticket "${line(wish.subject, 120)}" for ${line(record.name, 80)}`,
      fields: [
        { label: "Customer", value: `${kind} ${line(record.name, 80)}` },
        { label: "Subject", value: wish.subject },
        ...(wish.description === "" ? [] : [{ label: "Description", value: wish.description }]),
        { label: "Priority", value: wish.priority },
        ...("cause" in wish ? [{ label: "Cause", value: wish.cause }] : []),
        { label: "Owner", value: line(me.name, 80) },
        ...(open.length === 0
          ? []
          : [
              {
                label: "Open tickets there",
                value: open
                  .slice(0, namedMax)
                  .map((one) => line(one.name, 80))
                  .join("; "),
              },
            ]),
      ],
    },
  };
}

const refOf = ({ customer, customer_kind }: Args): Ref => ({ kind: customer_kind, id: customer });

async function openTickets(crm: CrmPort, on: Ref, context: CallContext): Promise<Ticket[]> {
  const [tickets, pipelines] = await Promise.all([
    crm.linked(on, "ticket", linkedMax, context),
    crm.pipelines("ticket", context),
  ]);
  return tickets.filter((ticket) => !stageOf(pipelines, ticket).closed);
}

/** Another one when a ticket of this customer is opened meanwhile: the card is then shown anew, with that one on it. */
const versionOf = (open: readonly Ticket[]): string =>
  `open:${
    open
      .map(({ id }) => id)
      .toSorted()
      .join(",") || "none"
  }`;

const outputOf = (crm: CrmPort, wish: Args, id: string): ToolOutput => ({
  text: `The ticket “${plain(wish.subject)}” for ${plain(wish.customer_name, 80)} was opened in ${crm.name}, id ${plain(id, 40)}.`,
  sources: [],
  data: { id },
  untrusted: [],
});

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "open a support ticket for {deal}",
  "create a support ticket for the customer {deal}",
  "new support ticket from {deal}",
  "log a support ticket for {deal}",
  "open a customer ticket for {deal}",
  "raise a support ticket for {deal}",
  "please open a support case for {deal}",
  "create a customer ticket: {deal} cannot sign in",
  "add a support ticket for the contact at {deal}",
  "start a new support ticket for {deal}",
  "file a support ticket on behalf of {deal}",
  "make a support ticket for {deal}",
];
