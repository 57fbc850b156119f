import type { CallContext } from "../../src/core/tool.ts";
import type { HubSpotSettings } from "./hubspot-call.ts";
import type { HubSpotOwner } from "./hubspot-shapes.ts";
import type { Kind, Owner } from "./port.ts";

/** Whose records the caller sees; `all` where nothing is held back. Records that nobody owns are seen by everybody. */
export type Sight = "all" | ReadonlySet<string>;

/**
 * A person's own token sees what they see. The service's sees everything, and HubSpot tells nobody what a person may
 * see; so deals are then held back by its teams: one's own, those of one's team-mates, and nobody's. Where no team was ever made, all see all, as in HubSpot.
 * Contacts, companies and tickets are everybody's work.
 */
export async function sightOf(
  kind: Kind,
  settings: HubSpotSettings,
  owners: (context: CallContext) => Promise<HubSpotOwner[]>,
  context: CallContext,
): Promise<Sight> {
  if (kind !== "deal" || settings.sees === "all" || context.actsAs("crm") === "person") return "all";
  const everybody = await owners(context);
  if (everybody.every(({ teams }) => teams.length === 0)) return "all";
  const id = context.elsewhere.hubspot_owner;
  const own = new Set(everybody.find((one) => one.id === id)?.teams);
  const mates = everybody.filter(({ teams }) => teams.some((team) => own.has(team)));
  return new Set([...(id === undefined ? [] : [id]), ...mates.map((one) => one.id)]);
}

export const isSeen = (sight: Sight, { ownerId }: { ownerId: string | undefined }): boolean =>
  sight === "all" || ownerId === undefined || sight.has(ownerId);

export const myself = (
  { elsewhere, principal }: CallContext,
  owners: readonly Owner[],
): Owner | undefined => {
  const id = elsewhere.hubspot_owner;
  if (id === undefined) return undefined;
  return owners.find((one) => one.id === id) ?? { id, name: principal.name, email: undefined };
};
