import type { Ask } from "../core/action.ts";

/** A voter, and the rules (by id) whose question this person may answer. */
export interface Voice {
  person: string;
  asks: readonly string[];
}

/**
 * How many people answered each ask, in the best distribution of the votes: one person counts for one ask only.
 * A small bipartite matching: each ask has as many seats as its count, each voice takes at most one seat.
 */
export const seatVotes = (
  asks: readonly Pick<Ask, "policy" | "count">[],
  voices: readonly Voice[],
): number[] => {
  const seats = asks.flatMap((ask, at) => Array.from({ length: ask.count }, () => at));
  const people = [...new Map(voices.map((voice) => [voice.person, voice])).values()];
  const seated = new Map<number, number>();

  const place = (who: number, tried: Set<number>): boolean =>
    seats.some((ask, seat) => {
      if (tried.has(seat) || !people[who]?.asks.includes(asks[ask]?.policy ?? "")) return false;
      tried.add(seat);
      const sitting = seated.get(seat);
      if (sitting !== undefined && !place(sitting, tried)) return false;
      seated.set(seat, who);
      return true;
    });
  for (const who of people.keys()) place(who, new Set());

  return asks.map((_, at) => seats.filter((ask, seat) => ask === at && seated.has(seat)).length);
};

/** Every ask has its own count of distinct people. */
export const allMet = (asks: readonly Pick<Ask, "policy" | "count">[], voices: readonly Voice[]): boolean =>
  seatVotes(asks, voices).every((have, at) => have >= (asks[at]?.count ?? 1));
