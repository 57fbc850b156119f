import type pg from "pg";
import { RetryableError } from "../core/errors.ts";
import type { NewInbox, WriteInbox } from "../turn/ports.ts";
import { jobPriority, queues } from "./jobs.ts";
import { isAway } from "./pool.ts";

/** Two batches of two processes may wait for each other's duplicate rows; one is then told to try again. */
const triesMax = 3;
const deadlock = "40P01";

/** Of what a person or a channel has open, so much is looked at. */
const openMax = 50;
/** A request stands in line as if it had come this much later, seconds: for each that its person has open, and for each other person with one open in its channel. */
const perOwnSeconds = 20;
const perOtherSeconds = 2;

/**
 * Conversations, inbox rows and the jobs of the new rows: one statement, one commit. Sorted, so that two processes
 * lock in the same order. A message that came before inserts nothing and adds no job.
 *
 * Where every place for turns is taken, jobs are begun in the order of \`due\`: whoever asks much waits behind those who
 * ask little, but not for ever. A job may only begin when its time has come, so all of them stand an hour back. What
 * goes on already (addConverse) comes before new requests, and urgent ones before all.
 */
const statement = `
  with given as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                         $9::text[], $10::text[], $11::text[], $12::boolean[])
      with ordinality as g(id, conversation, workspace, channel, thread_ts, place, kind, person, payload, job, queue,
                           urgent, n)),
  people as (
    select person, (select count(*) from (select from steward.inbox i
      where i.person = p.person and i.done_at is null limit ${openMax}) as seen) as own
    from (select distinct person from given) as p),
  channels as (
    select channel, array(select distinct person from (select i.person from steward.inbox i
      where i.channel = c.channel and i.done_at is null limit ${openMax}) as seen) as busy
    from (select distinct channel from given) as c),
  placed as (
    select given.*, now() + make_interval(secs =>
      ${perOwnSeconds} * least(${openMax}, own + row_number() over (partition by person order by n) - 1)
      + ${perOtherSeconds} * cardinality(array_remove(busy, person))) as due
    from given join people using (person) join channels using (channel)),
  conversations as (
    insert into steward.conversation (id, workspace, channel, thread_ts, kind)
    select distinct on (conversation) conversation, workspace, channel, thread_ts, place from given
    order by conversation, n
    on conflict do nothing),
  fresh as (
    insert into steward.inbox (id, conversation, kind, person, payload, channel, urgent, due)
    select id, conversation, kind, person, payload, channel, urgent, due from placed order by conversation, n
    on conflict do nothing returning id),
  jobs as (
    select array_agg(('converse', job::json, queue, due - interval '1 hour', 5, null,
      case when urgent then ${jobPriority.urgent} else ${jobPriority.request} end, null)::graphile_worker.job_spec order by n) as specs
    from (select distinct on (id) placed.* from placed join fresh using (id) order by id, n) as new),
  added as (
    select count(*) as jobs from jobs, lateral graphile_worker.add_jobs(jobs.specs) where jobs.specs is not null)
  select id, (select jobs from added) from fresh`;

const columns = (rows: readonly NewInbox[]): (string[] | boolean[])[] => {
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
    rows.map((row) => row.urgent),
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
