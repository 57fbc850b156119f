import type { World } from "../world.ts";
import { shaOf } from "../world.ts";

interface SeedNote {
  readonly iid: number;
  readonly author: string;
  readonly hoursAgo: number;
  readonly body: string;
  readonly thread?: string;
  readonly resolved?: boolean;
}

const NOTES: readonly SeedNote[] = [
  {
    iid: 482,
    author: "boris",
    hoursAgo: 20,
    thread: "key",
    resolved: true,
    body: "Does the key survive a restart of the worker?",
  },
  {
    iid: 482,
    author: "anna",
    hoursAgo: 19,
    thread: "key",
    resolved: true,
    body: "Yes, it is stored with the payout.",
  },
  { iid: 482, author: "boris", hoursAgo: 3, body: "Looks good. Is integration-tests flaky again?" },
  { iid: 479, author: "mei", hoursAgo: 50, body: "@anna could you look at the export test?" },
  { iid: 468, author: "rbright", hoursAgo: 300, body: "Any chance to get this merged soon?" },
];

/** Comments of people on ledger-api's merge requests. */
export function seedNotes(world: World): void {
  for (const [index, seed] of NOTES.entries()) {
    const mergeRequest = world.mergeRequests.find((one) => one.project.id === 101 && one.iid === seed.iid);
    if (!mergeRequest) throw new Error(`the seed's note names no merge request !${seed.iid}`);
    const at = new Date(world.clock.now() - seed.hoursAgo * 3_600_000).toISOString();
    world.notes.push({
      id: 40_001 + index,
      mergeRequest,
      discussion: shaOf(`seed ${seed.thread ?? `note ${index}`}`),
      body: seed.body,
      author: world.user(seed.author),
      system: false,
      created_at: at,
      updated_at: at,
      resolvable: seed.thread !== undefined,
      resolved: seed.resolved ?? false,
    });
  }
}
