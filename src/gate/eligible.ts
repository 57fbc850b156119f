import type { Ask } from "../core/action.ts";
import { personKey } from "../core/principal.ts";
import type { Principal } from "../core/principal.ts";
import type { Parts } from "./parts.ts";
import type { PolicyRequest } from "./policy-port.ts";

/** Members of a group that are weighed when one asks who may approve. */
const candidatesMax = 40;

/** One person, by mail or by account. */
export const samePerson = (a: Principal, b: Principal): boolean =>
  personKey(a) === personKey(b) || (a.workspace === b.workspace && a.user === b.user);

/** Somebody who may decide at all: an active member of our own, no guest, no program. */
const mayVote = ({ kind, active, guest, external, bot }: Principal): boolean =>
  kind === "person" && active && !guest && !external && !bot;

/**
 * Whether this person's word counts for this ask. `requester` is answered by the requester alone, every other ask
 * never by the requester (I6). Throws when membership cannot be read.
 */
export const mayAnswer = async (
  parts: Parts,
  voter: Principal,
  ask: Ask,
  request: PolicyRequest,
): Promise<boolean> => {
  if (!mayVote(voter)) return false;
  const own = samePerson(voter, request.principal);
  if (own !== (ask.group === "requester")) return false;
  if (!own && !(await parts.groups.isMember(ask.group, voter))) return false;
  return parts.policy.mayApprove(voter, ask, request);
};

/** The asks whose question this person may answer. Throws when membership cannot be read. */
export const answerable = async (
  parts: Parts,
  voter: Principal,
  asks: readonly Ask[],
  request: PolicyRequest,
): Promise<Ask[]> => {
  const may = await Promise.all(asks.map((ask) => mayAnswer(parts, voter, ask, request)));
  return asks.filter((_, at) => may[at] === true);
};

/** Who may answer an ask, as far as groups list people; for cards and messages, so a failed look-up is nobody. */
export const peopleFor = async (parts: Parts, ask: Ask, request: PolicyRequest): Promise<Principal[]> => {
  if (ask.group === "requester") return [request.principal];
  try {
    const members = await parts.groups.people(ask.group, request.principal.workspace);
    const candidates = members.slice(0, candidatesMax);
    const may = await Promise.all(candidates.map((person) => mayAnswer(parts, person, ask, request)));
    return candidates.filter((_, at) => may[at] === true);
  } catch (error) {
    parts.log.warn({ err: error, group: ask.group }, "who may approve could not be listed");
    return [];
  }
};
