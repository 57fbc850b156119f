import { z } from "zod";
import type { CallContext } from "../../src/core/tool.ts";
import { stageOf } from "./kinds.ts";
import type { CrmPort, Deal } from "./port.ts";
import type { Change } from "./record-change.ts";
import { moneyWords } from "./values.ts";

/** Canonical arguments of a change: only what really changes, and the version it was made from. */
export const dealUpdateArgs = z.object({
  deal: z.string(),
  name: z.string(),
  stage: z.string().optional(),
  stage_id: z.string().optional(),
  amount: z.number().optional(),
  close_date: z.string().optional(),
  stage_before: z.string().optional(),
  amount_before: z.number().optional(),
  close_date_before: z.string().optional(),
  seen: z.string(),
});
type UpdateArgs = z.infer<typeof dealUpdateArgs>;

export const dealChange = (crm: CrmPort, wish: UpdateArgs, context: CallContext): Change<"deal"> => ({
  kind: "deal",
  id: wish.deal,
  name: wish.name,
  seen: wish.seen,
  values: {
    ...(wish.stage_id !== undefined && { stageId: wish.stage_id }),
    ...(wish.amount !== undefined && { amount: wish.amount }),
    ...(wish.close_date !== undefined && { closeDate: wish.close_date }),
  },
  parts: async (before) => {
    if (before === undefined) return partsOf(wish, undefined, "");
    return partsOf(wish, before, stageOf(await crm.pipelines("deal", context), before).label);
  },
});

function partsOf(wish: UpdateArgs, before: Deal | undefined, stage: string): string[] {
  const from = (value: string) => (before === undefined ? "" : `${value} → `);
  const currency = { currency: before?.currency };
  return [
    ...(wish.stage === undefined ? [] : [`stage ${from(stage)}${wish.stage}`]),
    ...(wish.amount === undefined
      ? []
      : [`amount ${from(moneyWords(before?.amount, currency))}${moneyWords(wish.amount, currency)}`]),
    ...(wish.close_date === undefined
      ? []
      : [`close date ${from(before?.closeDate ?? "none")}${wish.close_date}`]),
  ];
}
