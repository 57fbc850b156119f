import { northwind } from "./seed.ts";
import type { Seed } from "./types.ts";

/** Northwind Pay with so many public channels, in which everybody is; ids from `C0TEAM1`, names from `team-1`. */
export const withTeamChannels = (count: number): { seed: Seed; channels: readonly string[] } => {
  const [model] = northwind.channels;
  if (model === undefined) throw new Error("The seed has no channel to take after.");
  const members = northwind.people.map(({ id }) => id);
  const more = Array.from({ length: count }, (_, at) => ({
    ...{ ...model, id: `C0TEAM${at + 1}`, name: `team-${at + 1}`, purpose: "A team's room", topic: "" },
    members: new Set(members),
  }));
  return {
    seed: { ...northwind, channels: [...northwind.channels, ...more] },
    channels: more.map(({ id }) => id),
  };
};
