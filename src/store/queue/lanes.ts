import { hostname } from "node:os";
import type pg from "pg";
import type { JobTask } from "../jobs.ts";
import { type Chore, repeat } from "./chores.ts";
import { openLiveness } from "./liveness.ts";
import { type Handler, openRunner, type QueueLog } from "./runner.ts";
import { collectQueueRows, freeDeadWorkers } from "./upkeep.ts";

export interface LanesOptions {
  url: string;
  /** For upkeep; the runners have connections of their own. */
  pool: pg.Pool;
  /** This process, as `owner` of turns and actions. */
  worker: string;
  version: string;
  role: string;
  handlers: Record<JobTask, Handler>;
  /** Sweeps of the other rooms. */
  chores?: readonly Chore[];
  /** How long a stop waits for running jobs before it aborts them: more than a turn's limit. */
  graceMs: number;
  log: QueueLog;
  /** The proof of life is gone: others take over now, so the process must end at once. */
  onLost(error: Error): void;
}

/** The running lanes. */
export interface Lanes {
  /** Takes no new turns and lets the running ones end, still posting for them; then ends itself and its proof of life. */
  stop(): Promise<void>;
}

const upkeep = (pool: pg.Pool, log: QueueLog): Chore[] => [
  {
    name: "dead workers",
    seconds: 1,
    run: async () => {
      const freed = await freeDeadWorkers(pool);
      if (freed.length > 0) log.warn({ pools: freed }, "took over the jobs of dead workers");
    },
  },
  { name: "queue rows", seconds: 2, run: () => collectQueueRows(pool) },
];

/**
 * Opens the lanes of one process. Three runners: with one, an approved act waits behind turns for seconds, or behind
 * messages to channels that Slack asked to wait for. Turns and sends fetch ahead; acts and follow-ups do not: they are
 * told of and run within milliseconds, and looked for without being told once a second by each slot.
 */
export const openLanes = async (options: LanesOptions): Promise<Lanes> => {
  const { url, pool, worker, handlers, graceMs, log } = options;
  const liveness = await openLiveness(url, options.onLost);
  await liveness.hold(worker);
  await pool.query(`insert into steward.worker (id, role, host, pid, version) values ($1, $2, $3, $4, $5)`, [
    worker,
    options.role,
    hostname(),
    process.pid,
    options.version,
  ]);
  const onPool = (id: string): void => {
    liveness.hold(id).catch(options.onLost);
  };
  const common = { url, graceMs, log, onPool };
  const { converse, act, follow, send } = handlers;
  const turns = await openRunner({ ...common, handlers: { converse }, slots: 50, ahead: 10, pollMs: 100 });
  const acts = await openRunner({ ...common, handlers: { act, follow }, slots: 10, ahead: 0, pollMs: 1_000 });
  const sends = await openRunner({ ...common, handlers: { send }, slots: 50, ahead: 10, pollMs: 100 });
  const chores = [...upkeep(pool, log), ...(options.chores ?? [])].map((chore) => repeat(chore, log));
  // A runner that ends by itself must not leave a process that looks alive and does nothing.
  let stopping = false;
  for (const runner of [turns, acts, sends]) {
    runner.promise.then(
      () => stopping || options.onLost(new Error("A runner of the lanes has ended.")),
      (error: unknown) =>
        stopping || options.onLost(error instanceof Error ? error : new Error(String(error))),
    );
  }
  return {
    stop: async () => {
      stopping = true;
      // One after the other: what a turn or an act says while it ends is posted by the last.
      await turns.stop();
      await acts.stop();
      await sends.stop();
      await Promise.all(chores.map((chore) => chore.stop()));
      await pool.query(`update steward.worker set stopped_at = now() where id = $1`, [worker]);
      await liveness.close();
    },
  };
};
