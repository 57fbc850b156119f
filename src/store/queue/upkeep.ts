import type pg from "pg";

/**
 * A worker that holds jobs must be gone for this long, in seconds: its lock is taken a moment after its pool appears.
 */
const graceSeconds = 3;

/**
 * Frees the jobs of dead workers, so that the living retry them in their order. The queue's own time-out is four
 * hours, fixed. Safe to run everywhere at once. Answers the pools that were freed.
 */
export const freeDeadWorkers = async (pool: pg.Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ ids: string[] }>(
    `with holders as materialized (
       select locked_by from graphile_worker._private_jobs
       where locked_by is not null and locked_at < now() - make_interval(secs => $1)
       union
       select locked_by from graphile_worker._private_job_queues
       where locked_by is not null and locked_at < now() - make_interval(secs => $1)),
     dead as (select array_agg(locked_by) as ids from holders where not steward.alive(locked_by))
     select ids, graphile_worker.force_unlock_workers(ids) from dead where ids is not null`,
    [graceSeconds],
  );
  return rows[0]?.ids ?? [];
};

/** Rows that may stay: below this, collecting costs more than it saves. */
const spareRowsMax = 100;
const lockNotAvailable = "55P03";
const collectingLock = 7744;

/**
 * Deletes queue rows nobody needs: one stays behind per conversation and channel, and each fetch of a job locks them
 * all (measured: 10 ms of the server's time at 3,000 rows, most of what a turn costs). The built-in collection deletes
 * rows that uncommitted jobs point at; here the table's lock keeps those out. It is held for a moment, given up when it
 * is not to be had in a quarter of a second, and taken by one process at a time. Answers how many rows went.
 */
export const collectQueueRows = async (pool: pg.Pool, spare = spareRowsMax): Promise<number> => {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("set local lock_timeout = '250ms'");
    const { rows } = await client.query<{ due: boolean }>(
      `select pg_try_advisory_xact_lock($1, 0)
         and (select count(*) > $2 from graphile_worker._private_job_queues where locked_at is null) as due`,
      [collectingLock, spare],
    );
    let collected = 0;
    if (rows[0]?.due === true) {
      await client.query("lock table graphile_worker._private_job_queues in exclusive mode");
      const deleted = await client.query(
        `delete from graphile_worker._private_job_queues q where locked_at is null
           and not exists (select from graphile_worker._private_jobs j where j.job_queue_id = q.id)`,
      );
      collected = deleted.rowCount ?? 0;
    }
    await client.query("commit");
    return collected;
  } catch (error) {
    await client.query("rollback").catch(() => {});
    // Somebody adds jobs just now: the next time is as good.
    if (error instanceof Error && "code" in error && error.code === lockNotAvailable) return 0;
    throw error;
  } finally {
    client.release();
  }
};

/** What health and metrics say of the lanes. */
export interface LanesState {
  /** Jobs that could run now and do not yet. */
  runnable: number;
  /** Seconds the oldest of them waits. */
  oldestSeconds: number;
  /** Jobs whose queue row is gone: they would never run. Must be 0; anything else is an alert. */
  orphans: number;
  /** Jobs that failed for the last time. */
  dead: number;
}

/** Counts jobs, for health and metrics. */
export const lanesState = async (pool: pg.Pool): Promise<LanesState> => {
  const { rows } = await pool.query<LanesState>(
    `select
       count(*) filter (where runnable)::int as runnable,
       coalesce(extract(epoch from now() - min(since) filter (where runnable)), 0)::float8 as "oldestSeconds",
       count(*) filter (where orphan)::int as orphans,
       count(*) filter (where attempts >= max_attempts)::int as dead
     from (
       select greatest(j.run_at, j.created_at) as since, j.attempts, j.max_attempts,
         j.locked_at is null and j.run_at <= now() and j.attempts < j.max_attempts as runnable,
         j.job_queue_id is not null and q.id is null as orphan
       from graphile_worker._private_jobs j
       left join graphile_worker._private_job_queues q on q.id = j.job_queue_id) as job`,
  );
  return rows[0] ?? { runnable: 0, oldestSeconds: 0, orphans: 0, dead: 0 };
};
