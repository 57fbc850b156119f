import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, detail, said, words } from "../input.ts";
import { count, line, plain, sized, table } from "../text.ts";
import { requireAccount } from "./access.ts";
import { recordTarget } from "./entities.ts";
import { ownerName, stageOf } from "./kinds.ts";
import { findAbout } from "./names.ts";
import type { Company, Contact, CrmPort, Deal, Entry, Owner, Pipeline, Ticket } from "./port.ts";
import { timelineText } from "./timeline.ts";
import { moneyWords } from "./values.ts";

const linkedMax = 50;
const shown = { short: { rows: 5, entries: 3 }, full: { rows: 20, entries: 12 } };

const input = z.strictObject({
  company: words("The company's name or domain, or a contact's mail address there"),
  detail: detail("more deals, tickets and entries of the timeline"),
});
const args = z.object({ company: z.string(), name: z.string(), detail: z.enum(["short", "full"]) });

/** Everything worth knowing before a call with a customer, on one page. */
export function accountRead(crm: CrmPort): ReadTool {
  return {
    name: "crm_account_read",
    title: "Brief on a customer",
    description:
      'Brief on one customer company: contacts, open deals, tickets and the newest notes, calls and tasks. For example {"company":"Globex"}.',
    system: "crm",
    effect: "read",
    input,
    slots: { company: "deal" },
    examples,
    targetTypes: ["Company"],
    policyArgs: {},
    step: ({ company }) => `Reading about the customer ${plain(said(company) ?? "", 80)}`,
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      const wish = canonical(input, given);
      const company = await companyOf(crm, wish.company, context);
      return {
        args: { company: company.id, name: company.name, detail: wish.detail ?? "short" },
        target: recordTarget("company", company),
        policyArgs: {},
      };
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const company = await crm.get("company", wish.company, context);
      if (company === undefined) {
        throw new TerminalError(
          "crm_no_company",
          `The company "${line(wish.name, 80)}" is no longer in ${crm.name}.`,
        );
      }
      return brief(crm, company, wish.detail, context);
    },
  };
}

/** The company that is named, or that the named contact belongs to. */
async function companyOf(crm: CrmPort, name: string, context: CallContext): Promise<Company> {
  const { kind, record } = await findAbout(crm, name, ["company", "contact"], "company", context);
  if (kind === "company") return record as Company;
  const [company] = await crm.linked({ kind, id: record.id }, "company", 1, context);
  if (company !== undefined) return company;
  throw new TerminalError(
    "crm_no_company",
    `${line(record.name, 80)} is a contact without a company in ${crm.name}. Name a company.`,
  );
}

interface Around {
  contacts: Contact[];
  deals: Deal[];
  tickets: Ticket[];
  entries: Entry[];
  stages: { deals: Pipeline[]; tickets: Pipeline[] };
  owners: Owner[];
}

async function around(
  crm: CrmPort,
  { id }: Company,
  entriesMax: number,
  context: CallContext,
): Promise<Around> {
  const on = { kind: "company", id } as const;
  const { kinds } = await crm.supports(context);
  const tickets = kinds.includes("ticket");
  const [contacts, deals, own, entries, dealStages, ticketStages, owners] = await Promise.all([
    crm.linked(on, "contact", linkedMax, context),
    crm.linked(on, "deal", linkedMax, context),
    tickets ? crm.linked(on, "ticket", linkedMax, context) : [],
    crm.timeline(on, entriesMax, context),
    crm.pipelines("deal", context),
    tickets ? crm.pipelines("ticket", context) : [],
    crm.owners(context),
  ]);
  // A ticket is often linked with the person who wrote it, and with nobody else.
  const theirs = tickets
    ? await Promise.all(
        contacts
          .slice(0, 5)
          .map((one) => crm.linked({ kind: "contact", id: one.id }, "ticket", linkedMax, context)),
      )
    : [];
  const byId = new Map([...own, ...theirs.flat()].map((one) => [one.id, one]));
  return {
    contacts,
    deals,
    tickets: [...byId.values()],
    entries,
    stages: { deals: dealStages, tickets: ticketStages },
    owners,
  };
}

async function brief(
  crm: CrmPort,
  company: Company,
  how: "short" | "full",
  context: CallContext,
): Promise<ToolOutput> {
  const { rows, entries: entriesMax } = shown[how];
  const found = await around(crm, company, entriesMax, context);
  const { stages, owners } = found;
  const deals = found.deals.filter((deal) => !stageOf(stages.deals, deal).closed);
  const tickets = found.tickets.filter((ticket) => !stageOf(stages.tickets, ticket).closed);
  const facts = [company.domain, company.industry, company.city].filter((fact) => fact !== undefined);
  const name = line(company.name, 80);
  const text = [
    `**${plain(company.name)}** in ${crm.name}${facts.length > 0 ? `: ${facts.map((fact) => plain(fact, 60)).join(", ")}` : ""}. Owner: ${plain(ownerName(owners, company), 60)}.`,
    ...section(
      count(found.contacts.length, "contact"),
      ["Name", "Mail", "Job"],
      found.contacts,
      rows,
      (one) => [one.name, one.email ?? "none", one.jobTitle ?? "none"],
    ),
    ...section(
      count(deals.length, "open deal"),
      ["Deal", "Stage", "Amount", "Close date"],
      deals,
      rows,
      (one) => [
        one.name,
        stageOf(stages.deals, one).label,
        moneyWords(one.amount, one),
        one.closeDate ?? "none",
      ],
    ),
    ...section(
      count(tickets.length, "open ticket"),
      ["Ticket", "Stage", "Priority"],
      tickets,
      rows,
      (one) => [one.name, stageOf(stages.tickets, one).label, one.priority ?? "none"],
    ),
    ...timelineText(found.entries),
  ];
  return {
    text: sized(text.join("\n\n"), how, "Ask about one deal, one ticket or one contact."),
    sources: [],
    data: {
      id: company.id,
      contacts: found.contacts.length,
      open_deals: deals.length,
      open_tickets: tickets.length,
    },
    untrusted: [
      ...(found.contacts.length > 0 ? [`contacts of ${name}`] : []),
      ...(tickets.length > 0 ? [`tickets of ${name}`] : []),
      ...(found.entries.length > 0 ? [`notes on ${name}`] : []),
    ],
  };
}

function section<T>(
  title: string,
  head: string[],
  records: readonly T[],
  rows: number,
  cells: (record: T) => string[],
): string[] {
  if (records.length === 0) return [];
  const more = records.length > rows ? `, ${rows} shown` : "";
  const body = records.slice(0, rows).map((one) => cells(one).map((cell) => plain(cell, 80)));
  return [`**${title}${more}**`, table(head, body)];
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "brief me on the customer {deal}",
  "account brief for {deal}",
  "prepare me for a call with {deal}",
  "give me the account overview of {deal}",
  "what should I know about the customer {deal} before the meeting",
  "everything we have on the account {deal}",
  "tell me about our customer {deal}",
  "summary of the account {deal}",
  "who are the contacts and open tickets at {deal}?",
  "what is going on with the customer {deal}",
  "account summary {deal}",
  "customer brief {deal} please",
];
