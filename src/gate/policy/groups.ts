import { StewardError } from "../../core/errors.ts";
import type { Principal } from "../../core/principal.ts";
import type { Groups } from "../policy-port.ts";
import type { Directory } from "../types.ts";
import { employees, type GroupFile, reservedGroups } from "./files.ts";
import { claimedGroups, type Claims, filedGroups, type GroupSource, slackGroups } from "./group-sources.ts";
import { suggestion } from "./problems.ts";

/** A person our own workspace vouches for: somebody else's people and programs belong to no group. */
const ours = ({ kind, active, external, bot }: Principal): boolean =>
  kind === "person" && active && !external && !bot;

/** Nobody has signed in with an identity provider. */
const noClaims: Claims = { of: () => Promise.resolve([]), people: () => Promise.resolve([]) };

/** Groups as groups.yml has them, from every place that it names; whatever a place throws goes on to the caller. */
export const createGroups = (
  defined: ReadonlyMap<string, GroupFile>,
  places: Pick<Directory, "usergroup" | "person" | "personByEmail"> & { claims?: Claims },
  nowMs: () => number = () => performance.now(),
): Groups => {
  const names = [...new Set([...defined.keys(), ...reservedGroups])];
  // The file first: it needs to ask nobody.
  const sources: readonly GroupSource[] = [
    filedGroups(places, nowMs),
    slackGroups(places, nowMs),
    claimedGroups(places.claims ?? noClaims, places, nowMs),
  ];

  const definition = (group: string): GroupFile => {
    const found = defined.get(group);
    if (found !== undefined) return found;
    if (names.includes(group)) return { people: [] };
    throw new StewardError(
      "unknown_group",
      `No group '${group}' in policies/groups.yml. ${suggestion(group, names)}`,
    );
  };

  return {
    names,
    isMember: async (group, person) => {
      const entry = definition(group);
      if (!ours(person)) return false;
      if (group === employees) return !person.guest;
      for (const source of sources) if (await source.has(entry, person)) return true;
      return false;
    },
    people: async (group, workspace) => {
      const entry = definition(group);
      const found = await Promise.all(sources.map((source) => source.people(entry, workspace)));
      const unique = new Map(
        found.flat().flatMap((p) => (p !== undefined && ours(p) ? [[p.user, p] as const] : [])),
      );
      return [...unique.values()];
    },
  };
};
