import type pg from "pg";
import type { SweepStore } from "../turn/ports.ts";
import { jobAttemptsMax, jobPriority } from "./jobs.ts";

/** A row must be this old, in seconds: younger ones are still on their ordinary way. */
const ageSeconds = 5;

/** Whether a queue holds a job that can still run, or runs. */
const jobIn = (queue: string): string =>
  `exists (select from graphile_worker._private_jobs j join graphile_worker._private_job_queues q on q.id = j.job_queue_id
   where q.queue_name = ${queue} and (j.attempts < j.max_attempts or j.locked_at is not null))`;

/**
 * R10: re-derives from state what a lost job would have done. Safe to run everywhere at once: jobs have keys. Few tries
 * each: a job that used them up is swept again at once, while the queue's own pauses would grow to hours. What belongs
 * to a workspace that the app has left rests.
 */
export const turnSweep = (pool: pg.Pool): SweepStore => ({
  putBackStrays: async (owner, running) => {
    const { rowCount } = await pool.query(
      `update steward.turn set state = case when waiting_at is null then 'queued' else 'waiting' end,
         wake = waiting_at is not null, token = null, owner = null
       where state = 'running' and owner = $1 and id <> all($2::uuid[])
         and started_at < now() - make_interval(secs => $3)`,
      [owner, running, ageSeconds],
    );
    return rowCount ?? 0;
  },
  addConverseJobs: async () => {
    const { rows } = await pool.query<{ added: number }>(
      `with needy as (
         select conversation from steward.inbox
         where done_at is null and coalesce(retry_at, received_at) < now() - make_interval(secs => $1)
         union
         select conversation from steward.turn
         where (state = 'waiting' and wake and coalesce(retry_at, '-infinity') <= now())
           or (state = 'running' and waiting_at is not null and not steward.alive(owner)))
       select count(graphile_worker.add_job('converse',
           json_build_object('conversation', json_build_object('key', c.id, 'workspace', c.workspace,
             'channel', c.channel, 'threadTs', c.thread_ts, 'kind', c.kind)),
           queue_name => 'conversation:' || c.id, job_key => 'sweep:conversation:' || c.id, max_attempts => $2,
           priority => ${jobPriority.goesOn}))::int as added
       from needy join steward.conversation c on c.id = needy.conversation
       where not ${jobIn("'conversation:' || c.id")} and not steward.rests(c.workspace)`,
      [ageSeconds, jobAttemptsMax],
    );
    return rows[0]?.added ?? 0;
  },
  addSendJobs: async () => {
    const { rows } = await pool.query<{ added: number }>(
      `with channels as (
         select distinct channel, workspace from steward.outbox
         where state = 'pending' and created_at < now() - make_interval(secs => $1))
       select count(graphile_worker.add_job('send', json_build_object('channel', channel),
           queue_name => 'out:' || channel, job_key => 'sweep:out:' || channel, max_attempts => $2))::int as added
       from channels where not ${jobIn("'out:' || channel")} and not steward.rests(workspace)`,
      [ageSeconds, jobAttemptsMax],
    );
    return rows[0]?.added ?? 0;
  },
});
