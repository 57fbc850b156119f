import { messageOf } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import type { CrmPort, Ref } from "./port.ts";

/** Milliseconds for a note, which is an extra after a write and may not hold up the outcome. */
const noteMs = 3000;

/** The last words of whatever Steward leaves in a CRM: who had it written, and the action it belongs to. */
const marker = (callId: string): string => `Action ${callId}.`;

/** `Logged by Steward for Dan Whitfield. Action 1f0c….` */
export const trailOf = (verb: string, { principal, callId }: CallContext): string =>
  `${verb} by Steward for ${line(principal.name, 80)}. ${marker(callId)}`;

/** Whether a text ends in the trail of this action; anybody may write such words elsewhere. */
export const carries = (text: string | undefined, callId: string): boolean =>
  (text ?? "").trimEnd().endsWith(marker(callId));

/** Leaves a note on what was changed. The change stands; a note that fails fails nothing and is said. */
export async function leaveNote(
  crm: CrmPort,
  on: Ref,
  what: readonly string[],
  context: CallContext,
): Promise<string> {
  const who = line(context.principal.name, 80);
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(noteMs)]);
  try {
    const text = `Changed by Steward for ${who}: ${what.join(", ")}. ${marker(context.callId)}`;
    await crm.log({ kind: "note", text, detail: "", at: context.now() }, on, { ...context, signal });
    return "";
  } catch (error) {
    return ` The note on the ${on.kind} that names ${who} may be missing: ${line(messageOf(error), 200)}`;
  }
}
