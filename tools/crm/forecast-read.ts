import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, words } from "../input.ts";
import { count, number, plain, table } from "../text.ts";
import { requireAccount } from "./access.ts";
import { crmTarget } from "./entities.ts";
import { stageOf } from "./kinds.ts";
import { findOwner } from "./names.ts";
import { periodOf, periods } from "./periods.ts";
import type { CrmPort, Deal, Pipeline } from "./port.ts";

/** Deals that are added up at most; where there are more, no sum is given as if it were whole. */
const dealsMax = 600;

const input = z.strictObject({
  period: z.enum(periods).describe("When the deals are expected to close; left out: this_quarter").optional(),
  owner: words("Whose deals: me, a name or an e-mail address; left out: all that one may see").optional(),
});
const args = z.object({
  period: z.enum(periods),
  owner: z.string().optional(),
  owner_id: z.string().optional(),
});
type Args = z.infer<typeof args>;

/** What is expected to close in a period, by stage, weighted by the stages' chances; of deals the caller may see. */
export function forecastRead(crm: CrmPort): ReadTool {
  return {
    name: "crm_forecast_read",
    title: "Forecast",
    description:
      'Adds up open deals that are expected to close in a period, by stage and weighted, over the deals that the person may see. For example {"period":"this_quarter","owner":"me"}.',
    system: "crm",
    effect: "read",
    input,
    slots: { owner: "person_me" },
    examples,
    targetTypes: ["Crm"],
    policyArgs: {},
    step: () => "Reading the open deals",
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      const wish = canonical(input, given);
      const owner = wish.owner === undefined ? undefined : await findOwner(crm, wish.owner, context);
      return {
        args: {
          period: wish.period ?? "this_quarter",
          ...(owner && { owner: owner.name, owner_id: owner.id }),
        },
        target: crmTarget(crm.name),
        policyArgs: {},
      };
    },
    run: (given, context) => forecast(crm, canonical(args, given), context),
  };
}

async function forecast(crm: CrmPort, wish: Args, context: CallContext): Promise<ToolOutput> {
  const { from, to } = periodOf(wish.period, context.now());
  const pipelines = await crm.pipelines("deal", context);
  const open = pipelines.flatMap(({ stages }) => stages).filter(({ closed }) => !closed);
  const page = await crm.find(
    "deal",
    {
      stageIds: open.map(({ id }) => id),
      closesTo: to,
      ...(wish.owner_id !== undefined && { ownerId: wish.owner_id }),
      rowsMax: dealsMax,
    },
    context,
  );
  const due = page.records.filter(({ closeDate }) => (closeDate ?? "") >= from);
  const late = page.records.length - due.length;
  const rows = rowsOf(due, pipelines);
  const sums = sumsOf(rows);
  const whose =
    wish.owner === undefined ? "that you may see" : `of ${plain(wish.owner, 60)} that you may see`;
  return {
    text: [
      `**${count(due.length, "open deal")} ${whose}, expected to close from ${from} to ${to}.**${sums.map((sum) => ` ${sum}`).join("")}`,
      ...(rows.length > 0
        ? [
            table(
              ["Stage", "Deals", "Amount", "Chance", "Weighted"],
              rows.map((row) => [
                plain(row.stage, 60),
                number(row.deals),
                money(row.amount, row.currency),
                row.chance === undefined ? "unknown" : `${Math.round(row.chance * 100)} %`,
                row.chance === undefined ? "unknown" : money(row.amount * row.chance, row.currency),
              ]),
            ),
          ]
        : []),
      ...(late > 0
        ? [
            `${count(late, "more open deal")} should have closed before ${from}, and ${late === 1 ? "is" : "are"} not counted.`,
          ]
        : []),
      ...(page.total > page.records.length || page.more
        ? [`Only the ${number(page.records.length)} earliest are added up. Narrow it by owner or period.`]
        : []),
    ].join("\n\n"),
    sources: [],
    data: {
      from,
      to,
      deals: due.length,
      late,
      stages: rows.map(({ stage, deals, amount }) => ({ stage, deals, amount })),
    },
    untrusted: [],
  };
}

interface Row {
  stage: string;
  currency: string | undefined;
  deals: number;
  amount: number;
  chance: number | undefined;
}

/** One row a stage and currency: amounts of different currencies are never added. In the order of the pipelines. */
function rowsOf(deals: readonly Deal[], pipelines: readonly Pipeline[]): Row[] {
  const rows = new Map<string, Row>();
  const order = pipelines.flatMap((pipeline) => pipeline.stages.map(({ id }) => `${pipeline.id}/${id}`));
  for (const deal of deals) {
    const place = `${deal.pipelineId}/${deal.stageId}`;
    const key = `${String(order.indexOf(place) + 1).padStart(4, "0")} ${deal.currency ?? ""}`;
    const stage = stageOf(pipelines, deal);
    const pipeline =
      pipelines.length > 1 ? pipelines.find(({ id }) => id === deal.pipelineId)?.label : undefined;
    const label = pipeline === undefined ? stage.label : `${stage.label} (${pipeline})`;
    const row = rows.get(key) ?? {
      stage: label,
      currency: deal.currency,
      deals: 0,
      amount: 0,
      chance: stage.probability,
    };
    rows.set(key, { ...row, deals: row.deals + 1, amount: row.amount + (deal.amount ?? 0) });
  }
  return [...rows].toSorted(([a], [b]) => a.localeCompare(b)).map(([, row]) => row);
}

/** `88,000 EUR, weighted 35,200 EUR.`, one a currency; weighted only where every stage has a chance. */
function sumsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.map(({ currency }) => currency))].map((currency) => {
    const own = rows.filter((row) => row.currency === currency);
    const amount = own.reduce((sum, row) => sum + row.amount, 0);
    const known = own.every(({ chance }) => chance !== undefined);
    const weighted = own.reduce((sum, row) => sum + row.amount * (row.chance ?? 0), 0);
    return `${money(amount, currency)}${known ? `, weighted ${money(weighted, currency)}` : ""}.`;
  });
}

const money = (amount: number, currency: string | undefined): string =>
  `${number(Math.round(amount))}${currency === undefined ? "" : ` ${currency}`}`;

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "what is our sales forecast",
  "forecast for this quarter",
  "how much will we close this month?",
  "weighted pipeline for next quarter",
  "my forecast for this quarter",
  "what is the forecast of {person}",
  "how much revenue is expected to close",
  "sales forecast by stage",
  "show the forecast for this year",
  "what will {person} close this quarter",
  "expected sales for next quarter",
  "how does the quarter look",
];
