import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, ToolOutput } from "../../src/core/tool.ts";
import { beforeSending } from "../before-sending.ts";
import { line, plain } from "../text.ts";
import type { CrmPort, Kind, Records, Values } from "./port.ts";
import { leaveNote } from "./trail.ts";

/** One change of one record, as it was approved. */
export interface Change<K extends Kind> {
  kind: K;
  id: string;
  name: string;
  /** The record's `updatedAt` when this was prepared: the precondition, since most CRMs take none. */
  seen: string;
  values: Values[K];
  /** `stage Proposal → Negotiation`, one a value; without the values before where they are not known any more. */
  parts(before: Records[K] | undefined): Promise<string[]> | string[];
}

/**
 * Sends the change once. The record is read right before: changed since the approval, and nothing is sent.
 */
export async function sendChange<K extends Kind>(
  crm: CrmPort,
  change: Change<K>,
  context: CallContext,
): Promise<ToolOutput> {
  const { kind, id, seen, values } = change;
  const named = `The ${kind} "${line(change.name, 80)}"`;
  const { before, parts } = await beforeSending(
    (async () => {
      const found = await crm.get(kind, id, context);
      return { before: found, parts: found === undefined ? [] : await change.parts(found) };
    })(),
  );
  if (before === undefined) {
    throw new TerminalError(`crm_no_${kind}`, `${named} is no longer in ${crm.name}; nothing was sent.`);
  }
  if (before.updatedAt !== seen) {
    throw new TerminalError(
      "crm_changed",
      `${named} was changed by somebody else in the meantime, so nothing was sent. Ask again to see it as it is now.`,
    );
  }
  const after = await crm.update(kind, id, values, seen, context);
  const note = await leaveNote(crm, { kind, id }, parts, context);
  return outputOf(crm, change, parts, after.updatedAt, note);
}

const outputOf = <K extends Kind>(
  crm: CrmPort,
  { kind, id, name }: Change<K>,
  parts: readonly string[],
  updatedAt: string | undefined,
  note: string,
): ToolOutput => ({
  text: `The ${kind} “${plain(name)}” was changed in ${crm.name}: ${parts.map((part) => plain(part)).join(", ")}.${note}`,
  sources: [],
  data: { id, updated_at: updatedAt ?? null },
  untrusted: [],
});

/**
 * Did this change happen? The record holds exactly the wanted values and was changed since: done. Unchanged since: not
 * done. Changed to something else: another change may have come after this one, so nobody can tell.
 */
export async function findChange<K extends Kind>(
  crm: CrmPort,
  change: Change<K>,
  context: CallContext,
): Promise<Found> {
  const { kind, id, seen, values } = change;
  const record = await crm.get(kind, id, context);
  if (record === undefined) return { kind: "unknown", why: `The ${kind} is no longer in ${crm.name}.` };
  if (record.updatedAt === seen) return { kind: "not_done" };
  const holds = Object.entries(values).every(
    ([name, value]) => (record as unknown as Record<string, unknown>)[name] === value,
  );
  if (holds) {
    const output = outputOf(crm, change, await change.parts(undefined), record.updatedAt, "");
    return { kind: "done", output };
  }
  return {
    kind: "unknown",
    why: `The ${kind} was changed since, and does not hold the wanted values: either this change never arrived, or another came after it. Its history in the CRM tells.`,
  };
}
