import { messageOf, TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, ToolOutput } from "../../src/core/tool.ts";
import { beforeSending } from "../before-sending.ts";
import { line, plain } from "../text.ts";
import type { UpdateArgs } from "./deal-update.ts";
import { stageOf } from "./names.ts";
import type { CrmPort, Deal } from "./port.ts";
import { moneyWords } from "./values.ts";

/**
 * Sends the change once. HubSpot takes no precondition, so the deal is read right before: changed since the approval,
 * and nothing is sent.
 */
export async function sendUpdate(crm: CrmPort, wish: UpdateArgs, context: CallContext): Promise<ToolOutput> {
  const [before, pipelines] = await beforeSending(
    Promise.all([crm.deal(wish.deal, context.signal), crm.pipelines(context.signal)]),
  );
  if (before === undefined) {
    throw new TerminalError(
      "crm_no_deal",
      `The deal "${line(wish.name, 80)}" is no longer in ${crm.name}; nothing was sent.`,
    );
  }
  if (before.updatedAt !== wish.seen) {
    throw new TerminalError(
      "crm_changed",
      `The deal "${line(wish.name, 80)}" was changed by somebody else in the meantime, so nothing was sent. Ask again to see it as it is now.`,
    );
  }
  const after = await crm.updateDeal(
    wish.deal,
    {
      ...(wish.stage_id !== undefined && { stageId: wish.stage_id }),
      ...(wish.amount !== undefined && { amount: wish.amount }),
      ...(wish.close_date !== undefined && { closeDate: wish.close_date }),
    },
    context.signal,
  );
  const parts = changed(wish, before, stageOf(pipelines, before).label);
  const note = await leaveNote(crm, wish, parts, context);
  return output(crm, wish, parts, after, note);
}

/** `stage Proposal → Negotiation`; without the values before where they are not known any more. */
function changed(wish: UpdateArgs, before: Deal | undefined, stage: string): string[] {
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

const output = (crm: CrmPort, wish: UpdateArgs, parts: string[], after: Deal, note: string): ToolOutput => ({
  text: `The deal “${plain(wish.name)}” was changed in ${crm.name}: ${parts.map((part) => plain(part)).join(", ")}.${note}`,
  sources: [],
  data: { id: wish.deal, updated_at: after.updatedAt },
  untrusted: [],
});

/** The trail in the CRM. The change stands; a note that fails fails nothing and is said. */
async function leaveNote(
  crm: CrmPort,
  wish: UpdateArgs,
  parts: string[],
  context: CallContext,
): Promise<string> {
  const who = line(context.principal.name, 80);
  try {
    const text = `Changed by Steward for ${who}: ${parts.join(", ")}. Action ${context.callId}.`;
    await crm.logNote(wish.deal, text, context.now(), context.signal);
    return "";
  } catch (error) {
    return ` The note on the deal that names ${who} may be missing: ${line(messageOf(error), 200)}`;
  }
}

/**
 * Did this change happen? The deal holds exactly the wanted values and was changed since: done. Unchanged since: not
 * done. Changed to something else: another change may have come after this one, so nobody can tell.
 */
export async function findUpdate(crm: CrmPort, wish: UpdateArgs, context: CallContext): Promise<Found> {
  const deal = await crm.deal(wish.deal, context.signal);
  if (deal === undefined) return { kind: "unknown", why: `The deal is no longer in ${crm.name}.` };
  if (deal.updatedAt === wish.seen) return { kind: "not_done" };
  const holds =
    (wish.stage_id === undefined || deal.stageId === wish.stage_id) &&
    (wish.amount === undefined || deal.amount === wish.amount) &&
    (wish.close_date === undefined || deal.closeDate === wish.close_date);
  if (holds) return { kind: "done", output: output(crm, wish, changed(wish, undefined, ""), deal, "") };
  return {
    kind: "unknown",
    why: "The deal was changed since, and does not hold the wanted values: either this change never arrived, or another came after it. Its history in the CRM tells.",
  };
}
