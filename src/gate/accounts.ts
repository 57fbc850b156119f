import { credentialName } from "../core/capability.ts";
import { NeedsConnectionError } from "../core/errors.ts";
import type { Principal } from "../core/principal.ts";
import type { Tool } from "../core/tool.ts";
import { Refusal } from "./errors.ts";
import type { Parts } from "./parts.ts";
import type { LedgerAction } from "./ports.ts";

/** The systems in which the person's own account acts, with its user name there. */
export type Own = ReadonlyMap<string, string>;

/**
 * Whose accounts act in a call. Throws a `Refusal` where only the person's own may do it, people can connect one, and
 * this person has not.
 */
export const accountsOf = async (
  parts: Parts,
  principal: Principal,
  tool: Pick<Tool, "system" | "asPerson">,
): Promise<Own> => {
  const own = await parts.connections.of(principal);
  if (tool.asPerson !== true || own.has(tool.system) || !parts.connections.offers(tool.system)) return own;
  const needs = new NeedsConnectionError(tool.system);
  throw new Refusal(needs.code, needs.message, { cause: needs, needs: tool.system });
};

/** The account that a write is signed with: what its approval is bound to. */
export const credentialOf = (own: Own, system: string, principal: Principal): string =>
  credentialName({ system, as: own.has(system) ? { person: principal } : "service" });

/** The accounts of a stored action: in its own system the one that was approved, whatever was connected since. */
export const accountsOfAction = async (
  parts: Parts,
  { principal, system, credential }: Pick<LedgerAction, "principal" | "system" | "credential">,
): Promise<Own> => {
  const own = new Map(await parts.connections.of(principal));
  if (credential === credentialName({ system, as: "service" })) own.delete(system);
  // Disconnected since: the request then says so, and never goes out as somebody else.
  else if (!own.has(system)) own.set(system, "");
  return own;
};
