import type pg from "pg";
import { RetryableError } from "../core/errors.ts";
import type { NewInbox, WriteInbox } from "../turn/ports.ts";
import { queues } from "./jobs.ts";
import { isAway } from "./pool.ts";

/** Two batches of two processes may wait for each other's duplicate rows; one is then told to try again. */
const triesMax = 3;
const deadlock = "40P01";

/**
 * Conversations, inbox rows and the jobs of the new rows: one statement, one commit. Sorted, so that two processes
 * lock in the same order. A message that came before inserts nothing and adds no job.
 */
const statement = `
  with given as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                         $9::text[], $10::text[], $11::text[])
      with ordinality as g(id, conversation, workspace, channel, thread_ts, place, kind, person, payload, job, queue, n)),
  conversations as (
    insert into steward.conversation (id, workspace, channel, thread_ts, kind)
    select distinct on (conversation) conversation, workspace, channel, thread_ts, place from given
    order by conversation, n
    on conflict do nothing),
  fresh as (
    insert into steward.inbox (id, conversation, kind, person, payload)
    select id, conversation, kind, person, payload from given order by conversation, n
    on conflict do nothing returning id),
  jobs as (
    select array_agg(('converse', job::json, queue, null, 5, null, null, null)::graphile_worker.job_spec order by n) as specs
    from (select distinct on (id) given.* from given join fresh using (id) order by id, n) as new),
  added as (
    select count(*) as jobs from jobs, lateral graphile_worker.add_jobs(jobs.specs) where jobs.specs is not null)
  select id, (select jobs from added) from fresh`;

const columns = (rows: readonly NewInbox[]): string[][] => {
  const of = (pick: (row: NewInbox) => string): string[] => rows.map(pick);
  return [
    of((row) => row.id),
    of((row) => row.conversation.key),
    of((row) => row.conversation.workspace),
    of((row) => row.conversation.channel),
    of((row) => row.conversation.threadTs),
    of((row) => row.conversation.kind),
    of((row) => row.kind),
    of((row) => `${row.person.workspace}/${row.person.user}`),
    of((row) => JSON.stringify(row.payload)),
    of((row) => JSON.stringify({ conversation: row.conversation })),
    of((row) => queues.conversation(row.conversation.key)),
  ];
};

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

const away = (cause: unknown): RetryableError =>
  new RetryableError("postgres_away", "Postgres does not answer; nothing was recorded.", 1_000, { cause });

/** Writes what came in; durable when it resolves. Throws `RetryableError` when Postgres is away. */
export const inboxWriter =
  (pool: pg.Pool): WriteInbox =>
  async (rows) => {
    const values = columns(rows);
    for (let tries = 1; ; tries++) {
      try {
        const result = await pool.query<{ id: string }>({ name: "inbox", text: statement, values });
        return new Set(result.rows.map((row) => row.id));
      } catch (error) {
        if (isAway(error)) throw away(error);
        if (codeOf(error) !== deadlock || tries >= triesMax) throw error;
      }
    }
  };
