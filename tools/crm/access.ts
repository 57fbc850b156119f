import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import type { CrmPort, Kind, Owner } from "./port.ts";

/**
 * The caller's own account in the CRM: customers and deals are for those who have one. Throws in words that teach.
 * What they then may see, the CRM's own sharing says.
 */
export async function requireAccount(crm: CrmPort, context: CallContext): Promise<Owner> {
  const me = await crm.me(context);
  if (me !== undefined) return me;
  const { principal } = context;
  const how =
    crm.accountKey === undefined
      ? `Ask an admin to give ${line(principal.email ?? "your mail address", 80)} an account there.`
      : `Ask an admin to add you to policies/people.yml (slack, email, ${crm.accountKey}).`;
  throw new TerminalError(
    "crm_unknown_person",
    `Steward does not know ${line(principal.name, 60)} as an owner in ${crm.name}, so it shows no deals and no customers. ${how}`,
  );
}

/** Throws where this CRM keeps no such records. */
export async function requireKind(crm: CrmPort, kind: Kind, context: CallContext): Promise<void> {
  const { kinds } = await crm.supports(context);
  if (kinds.includes(kind)) return;
  throw new TerminalError(
    "crm_no_kind",
    `${crm.name} keeps no ${kind}s here, only ${kinds.join(", ")}. An operator adds them to ${crm.name} first.`,
  );
}
