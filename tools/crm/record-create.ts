import type { CallContext, Found, ToolOutput } from "../../src/core/tool.ts";
import type { CrmPort, EntryKind, Kind, Records, Ref } from "./port.ts";
import { carries } from "./trail.ts";

/** Linked records and entries that are looked through for an action's own. */
const lookedAt = 100;

const outputWith = (output: (id: string) => ToolOutput, id: string | undefined): Found =>
  id === undefined ? { kind: "not_done" } : { kind: "done", output: output(id) };

/** Did this action create its deal or ticket? Done where one that is linked with the customer ends in its trail. */
export async function findCreated<K extends "deal" | "ticket">(
  crm: CrmPort,
  kind: K,
  on: Ref,
  output: (id: string) => ToolOutput,
  context: CallContext,
): Promise<Found> {
  const linked: Records[K][] = await crm.linked(on, kind, lookedAt, context);
  return outputWith(output, linked.find(({ description }) => carries(description, context.callId))?.id);
}

/** Did this action leave its note, call or task? Done where an entry of the record ends in its trail. */
export async function findLogged(
  crm: CrmPort,
  on: Ref,
  kinds: readonly EntryKind[],
  output: (id: string) => ToolOutput,
  context: CallContext,
): Promise<Found> {
  const entries = await crm.timeline(on, lookedAt, context);
  const own = entries.find(({ kind, text }) => kinds.includes(kind) && carries(text, context.callId));
  if (own === undefined && (await crm.unplaced?.(context.callId, context)) === true) {
    const why = `It was written in ${crm.name}, and does not stand on the ${on.kind}. Somebody looks at it there.`;
    return { kind: "unknown", why };
  }
  return outputWith(output, own?.id);
}

/** Another one once what something is written on is no longer there; what else changes there does not matter. */
export async function presence(crm: CrmPort, { kind, id }: Ref, context: CallContext): Promise<string> {
  return (await crm.get(kind as Kind, id, context)) === undefined ? "gone" : "there";
}
