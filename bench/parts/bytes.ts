import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { watchReplies } from "../support/replies.ts";
import { median, rounded } from "../support/stats.ts";
import { openWorld, type World } from "../support/world.ts";
import type { Part } from "./types.ts";

const turnsMax = 200;
/** Which turns stand for a length of the conversation: the median of a few, since servers also write for themselves. */
const marks: Record<string, readonly [from: number, to: number]> = {
  turn1: [1, 1],
  turn10: [8, 12],
  turn50: [48, 52],
  turn200: [196, 200],
};
const settleSecondsMax = 20;

interface Written {
  wal: number;
  redis: number;
}

/** Bytes that Redis has appended to its file so far. */
const appended = async (redis: Redis | undefined): Promise<number> => {
  const info = (await redis?.info("persistence")) ?? "";
  return Number(/aof_current_size:(\d+)/.exec(info)?.[1] ?? 0);
};

/** Waits until nothing is left to do: no job, no post, no audit row without its place in the chain. */
const settled = async ({ database }: World): Promise<void> => {
  const until = performance.now() + settleSecondsMax * 1000;
  while (performance.now() < until) {
    const { rows } = await database.pool.query<{ busy: boolean }>(
      `select exists (select from graphile_worker._private_jobs)
         or exists (select from steward.outbox where state = 'pending')
         or exists (select from steward.audit a left join steward.audit_link l on l.audit = a.id where l.audit is null)
         as busy`,
    );
    if (rows[0]?.busy === false) return;
    await wait(20);
  }
  throw new Error(`the product was still busy ${settleSecondsMax} s after a turn`);
};

const written = async (world: World, redis: Redis | undefined): Promise<Written> => {
  await settled(world);
  const { rows } = await world.database.pool.query<{ bytes: string }>(
    "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes",
  );
  return { wal: Number(rows[0]?.bytes), redis: await appended(redis) };
};

const isMeasured = (turn: number): boolean =>
  Object.values(marks).some(([from, to]) => turn >= from && turn <= to);

/** What one more turn writes, however long the conversation: write-ahead log and Redis's append-only file. */
export const bytes: Part = async ({ servers, say }) => {
  const world = await openWorld(servers);
  const redis = servers.redisUrl === undefined ? undefined : new Redis(servers.redisUrl);
  try {
    await world.start("all");
    const replies = watchReplies(world.slack);
    const channel = world.slack.dm("U0ANNA");
    const ask = (thread?: string) =>
      replies.ask({
        ...{ as: "U0ANNA", channel, text: "How is the ledger doing today, and is anything waiting for me?" },
        ...(thread !== undefined && { thread_ts: thread }),
      });
    // The first turns of a process and of its tables write more than later ones, whatever the conversation.
    for (let n = 0; n < 5; n++) await ask();
    const perTurn = new Map<number, Written>();
    let thread: string | undefined;
    for (let turn = 1; turn <= turnsMax; turn++) {
      const before = isMeasured(turn) ? await written(world, redis) : undefined;
      thread = (await ask(thread)).thread;
      if (before === undefined) continue;
      const after = await written(world, redis);
      perTurn.set(turn, { wal: after.wal - before.wal, redis: after.redis - before.redis });
    }
    replies.close();
    const at = Object.fromEntries(
      Object.entries(marks).map(([name, [from, to]]) => {
        const some = [...perTurn].filter(([turn]) => turn >= from && turn <= to).map(([, one]) => one);
        const wal = median(some.map((one) => one.wal));
        const appendedTo = median(some.map((one) => one.redis));
        return [name, { wal, redis: appendedTo, total: wal + appendedTo }];
      }),
    );
    const ratio = rounded((at["turn200"]?.total ?? Number.NaN) / (at["turn10"]?.total ?? Number.NaN), 3);
    for (const [name, one] of Object.entries(at))
      say(`${name}: ${one.total} bytes (WAL ${one.wal}, Redis ${one.redis})`);
    return { keys: { bytesTurn200OverTurn10: ratio }, details: at };
  } finally {
    redis?.disconnect();
    await world.stop();
  }
};
