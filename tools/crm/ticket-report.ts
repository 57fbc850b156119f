import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical } from "../input.ts";
import { fenced, number, plain, table } from "../text.ts";
import { requireAccount, requireKind } from "./access.ts";
import { crmTarget } from "./entities.ts";
import { foundHeadline } from "./found.ts";
import { ownerName, stageOf } from "./kinds.ts";
import { stagesMeant } from "./names.ts";
import type { CrmPort, Owner, Pipeline, Ticket } from "./port.ts";

/** Tickets that are counted at most; more are said to be more. */
const ticketsMax = 600;
const groupsShown = 12;
const dayMs = 86_400_000;

const by = ["cause", "owner", "age", "stage"] as const;

const input = z.strictObject({
  by: z.enum(by).describe("What they are counted by; left out: cause").optional(),
  state: z.enum(["open", "closed", "all"]).describe("Left out: open").optional(),
  days: z.coerce.number().min(1).max(730).describe("Only those opened in the last so many days").optional(),
});
const args = z.object({
  by: z.enum(by),
  state: z.enum(["open", "closed", "all"]),
  days: z.number().optional(),
});
type Args = z.infer<typeof args>;

/** How many tickets there are, by cause, owner, age or stage: a table and a chart. */
export function ticketReport(crm: CrmPort): ReadTool {
  return {
    name: "crm_ticket_report",
    title: "Count tickets",
    description:
      'Counts support tickets by cause, owner, age or stage, as a table and a chart. For example {"by":"cause","days":30,"state":"all"}.',
    system: "crm",
    effect: "read",
    input,
    slots: { state: "state" },
    examples,
    targetTypes: ["Crm"],
    policyArgs: {},
    step: () => "Reading the tickets",
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      await requireKind(crm, "ticket", context);
      const wish = canonical(input, given);
      return {
        args: {
          by: wish.by ?? "cause",
          state: wish.state ?? "open",
          ...(wish.days !== undefined && { days: wish.days }),
        },
        target: crmTarget(crm.name),
        policyArgs: {},
      };
    },
    run: (given, context) => report(crm, canonical(args, given), context),
  };
}

async function report(crm: CrmPort, wish: Args, context: CallContext): Promise<ToolOutput> {
  const now = context.now();
  const [pipelines, owners] = await Promise.all([crm.pipelines("ticket", context), crm.owners(context)]);
  const stages = stagesMeant(pipelines, undefined, wish.state);
  const page = await crm.find(
    "ticket",
    {
      ...(stages !== undefined && { stageIds: stages.map(({ id }) => id) }),
      ...(wish.days !== undefined && {
        createdSince: new Date(now.getTime() - wish.days * dayMs).toISOString(),
      }),
      rowsMax: ticketsMax,
    },
    context,
  );
  const groups = grouped(page.records, groupOf(wish.by, { pipelines, owners, now }));
  const seen = page.records.length;
  const uncounted = page.total > seen || page.more;
  const which = [
    ...(wish.state === "all" ? [] : [`that ${page.total === 1 ? "is" : "are"} ${wish.state}`]),
    ...(wish.days === undefined ? [] : [`opened in the last ${wish.days} days`]),
  ].join(", ");
  return {
    text: [
      foundHeadline("ticket", page, which),
      ...(groups.length > 0 ? [tableOf(wish.by, groups, seen), chartOf(wish, groups)] : []),
      ...(uncounted ? [`The ${number(seen)} newest are counted. Narrow it by days or state.`] : []),
    ].join("\n\n"),
    sources: [],
    data: { total: page.total, counted: seen, groups: groups.map(([name, size]) => ({ name, size })) },
    untrusted: [],
  };
}

type Group = readonly [name: string, size: number];

const ages: readonly (readonly [name: string, days: number])[] = [
  ["under a day", 1],
  ["1 to 3 days", 3],
  ["3 to 7 days", 7],
  ["1 to 4 weeks", 28],
  ["over 4 weeks", Infinity],
];

interface Known {
  pipelines: readonly Pipeline[];
  owners: readonly Owner[];
  now: Date;
}

const groupOf =
  (what: Args["by"], { pipelines, owners, now }: Known) =>
  (ticket: Ticket): string => {
    if (what === "cause") return ticket.cause ?? "none";
    if (what === "owner") return ownerName(owners, ticket);
    if (what === "stage") return stageOf(pipelines, ticket).label;
    const days = (now.getTime() - Date.parse(ticket.createdAt)) / dayMs;
    return ages.find(([, most]) => days < most)?.[0] ?? "over 4 weeks";
  };

/** The largest first; ages from young to old; beyond the shown ones together. */
function grouped(tickets: readonly Ticket[], name: (ticket: Ticket) => string): Group[] {
  const sizes = new Map<string, number>();
  for (const ticket of tickets) sizes.set(name(ticket), (sizes.get(name(ticket)) ?? 0) + 1);
  const age = (group: string) => ages.findIndex(([one]) => one === group);
  const sorted = [...sizes].toSorted(
    (a, b) => age(a[0]) - age(b[0]) || b[1] - a[1] || a[0].localeCompare(b[0]),
  );
  const rest = sorted.slice(groupsShown).reduce((sum, [, size]) => sum + size, 0);
  return rest === 0 ? sorted : [...sorted.slice(0, groupsShown), ["others", rest]];
}

const tableOf = (what: Args["by"], groups: readonly Group[], total: number): string =>
  table(
    [`${what.charAt(0).toUpperCase()}${what.slice(1)}`, "Tickets", "Share"],
    groups.map(([name, size]) => [plain(name, 60), number(size), `${Math.round((100 * size) / total)} %`]),
  );

/** A chart as answers draw it; names in it are data, and JSON leaves no line of its own for them. */
const chartOf = ({ by: what }: Args, groups: readonly Group[]): string =>
  fenced(
    JSON.stringify({
      type: "bar",
      title: `Tickets by ${what}`,
      labels: groups.map(([name]) => name.slice(0, 30)),
      series: [{ name: "Tickets", values: groups.map(([, size]) => size) }],
    }),
    "chart",
  );

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "how many support tickets do we have by cause",
  "chart of support tickets by owner",
  "ticket statistics",
  "why do customers open tickets?",
  "count the open tickets by age",
  "support tickets per person as a chart",
  "what are the main causes of customer tickets",
  "how old are our open tickets",
  "break down the support tickets by stage",
  "ticket numbers for the last month by cause",
  "analyse the support tickets",
  "distribution of customer tickets by cause",
];
