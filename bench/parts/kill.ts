import { setTimeout as wait } from "node:timers/promises";
import { rounded } from "../support/stats.ts";
import { openWorld, type World } from "../support/world.ts";
import type { Part } from "./types.ts";

const conversations = 8;
const waitSecondsMax = 40;
const channel = "C0GENERAL";
const people = ["U0ANNA", "U0BORIS", "U0CARLA"] as const;

const until = async <T>(what: string, find: () => Promise<T | undefined>): Promise<T> => {
  const end = performance.now() + waitSecondsMax * 1000;
  while (performance.now() < end) {
    const found = await find();
    if (found !== undefined) return found;
    await wait(25);
  }
  throw new Error(`waited ${waitSecondsMax} s for ${what}`);
};

const rows = async <Row extends object>({ database }: World, text: string): Promise<Row[]> =>
  (await database.pool.query<Row>(text)).rows;

/** Three people write in each of several threads; the model keeps the first of each until its worker is dead. */
const fillConversations = async (world: World): Promise<void> => {
  world.model.script({
    ...{ name: "never answers", when: { user: "first" }, times: conversations },
    say: { text: "too late", delayMs: 600_000 },
  });
  const threads = Array.from(
    { length: conversations },
    (_, n) => world.slack.say({ as: people[0], channel, text: `@steward first of ${n}` }).ts,
  );
  await until("the first turns to be with the model", async () => {
    const [row] = await rows<{ running: number }>(
      world,
      "select count(*)::int as running from steward.turn where state = 'running'",
    );
    return row?.running === conversations ? true : undefined;
  });
  for (const [index, word] of ["second", "third"].entries()) {
    for (const [n, thread_ts] of threads.entries()) {
      const as = people[index + 1] ?? people[0];
      world.slack.say({ as, channel, thread_ts, text: `@steward ${word} of ${n}` });
    }
    await until(`every ${word} message in the inbox`, async () => {
      const [row] = await rows<{ kept: number }>(world, "select count(*)::int as kept from steward.inbox");
      return row?.kept === conversations * (index + 2) ? true : undefined;
    });
  }
};

/** Seconds from the kill until each held turn was begun again, by its audit row. */
const retries = async (world: World, killedAt: number): Promise<number[]> => {
  const again = await rows<{ at: Date }>(
    world,
    `select min(at) as at from (
       select turn, at, row_number() over (partition by turn order by id) as run
       from steward.audit where kind = 'turn.started') as begun
     where run > 1 group by turn`,
  );
  return again.map(({ at }) => (at.getTime() - killedAt) / 1000);
};

/** Whether every conversation was answered in the order in which its messages came. */
const inOrder = async (world: World): Promise<boolean> => {
  const [row] = await rows<{ wrong: number }>(
    world,
    `select count(*)::int as wrong from (
       select o.seq < lag(o.seq) over (partition by i.conversation order by i.seq) as early
       from steward.inbox i join steward.outbox o on o.key = 'answer:' || i.turn) as answers where early`,
  );
  return row?.wrong === 0;
};

/** kill -9 of the worker that holds jobs: when another has begun them again, and whether order held. */
export const kill: Part = async ({ servers, say }) => {
  const world = await openWorld(servers);
  try {
    await world.start("gateway");
    const doomed = await world.start("worker");
    await fillConversations(world);
    await world.start("worker");
    const killedAt = Date.now();
    await doomed.stop("SIGKILL");
    const seconds = await until("the held turns to be begun again", async () => {
      const found = await retries(world, killedAt);
      return found.length === conversations ? found : undefined;
    });
    await until("all answers", async () => {
      const [row] = await rows<{ sent: number }>(
        world,
        "select count(*)::int as sent from steward.outbox where key like 'answer:%' and state = 'sent'",
      );
      return row?.sent === conversations * people.length ? true : undefined;
    });
    const orderKept = await inOrder(world);
    const retryAfterKillSeconds = rounded(Math.max(...seconds), 2);
    say(`retried after ${retryAfterKillSeconds} s; order ${orderKept ? "kept" : "broken"}`);
    if (!orderKept) throw new Error("a conversation was answered out of order after the kill");
    return {
      keys: { retryAfterKillSeconds },
      details: { conversations, firstRetrySeconds: rounded(Math.min(...seconds), 2), orderKept },
    };
  } finally {
    await world.stop();
  }
};
