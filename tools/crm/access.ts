import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { line } from "../text.ts";

/**
 * Until people link their own accounts, deals are for those whom the people map names as an owner in the CRM. Answers
 * with that owner's id; throws in words that teach.
 */
export function requireOwner({ elsewhere, principal }: CallContext, system: string): string {
  if (elsewhere.hubspot_owner !== undefined) return elsewhere.hubspot_owner;
  throw new TerminalError(
    "crm_unknown_person",
    `Steward does not know ${line(principal.name, 60)} as an owner in ${system}, so it shows no deals. ` +
      "Ask an admin to add you to policies/people.yml (slack, email, hubspot_owner).",
  );
}
