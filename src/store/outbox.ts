import type pg from "pg";
import { randomUUID } from "node:crypto";
import type { JsonObject } from "../core/json.ts";
import type { Tx } from "../core/tx.ts";
import type { OutboxItem, OutboxQueue } from "../slack/delivery/ports.ts";
import { jobAttemptsMax, queues } from "./jobs.ts";

/** Something Slack must show. `view` is drawn when it is sent. */
export interface NewPost {
  /** What makes it one: `answer:<turn>`, `card:<card>:<channel>`. A second one of the same key is not added. */
  key: string;
  workspace: string;
  /** A channel id, or a user id for that person's DM. */
  channel: string;
  threadTs?: string;
  view: JsonObject;
  card?: string;
}

/** Puts a post into the outbox, once per key, with the job that sends it: one statement. */
export const addPost = async (tx: Tx, post: NewPost): Promise<{ fresh: boolean }> => {
  const { rowCount } = await tx.query(
    `with post as (
       insert into steward.outbox (id, key, workspace, channel, thread_ts, kind, card, view)
       values ($1, $2, $3, $4, $5, 'post', $6, $7) on conflict (key) do nothing returning id)
     select graphile_worker.add_job('send', $8::json, queue_name => $9, max_attempts => $10) from post`,
    [
      ...[randomUUID(), post.key, post.workspace, post.channel, post.threadTs ?? null, post.card ?? null],
      ...[JSON.stringify(post.view), JSON.stringify({ channel: post.channel })],
      ...[queues.channel(post.channel), jobAttemptsMax],
    ],
  );
  return { fresh: rowCount === 1 };
};

/**
 * Redraws posts; queued behind the posts themselves. Waiting updates of one post are one, but only while no sender has
 * taken them: the row lock makes a sender that comes now draw after this transaction commits. One statement.
 */
const redraw = async (tx: Tx, which: "card" | "id" | "key", value: string): Promise<void> => {
  await tx.query(
    `with waiting as (
       select u.post from steward.outbox u join steward.outbox p on p.id = u.post
       where p.${which} = $1 and u.kind = 'update' and u.state = 'pending' and u.attempts = 0
       for update of u),
     added as (
     insert into steward.outbox (id, key, workspace, channel, thread_ts, kind, post, view)
     select gen_random_uuid(), null, p.workspace, p.channel, p.thread_ts, 'update', p.id, p.view
     from steward.outbox p
     where p.${which} = $1 and p.kind = 'post' and p.id not in (select post from waiting)
     returning channel)
     select graphile_worker.add_job('send', json_build_object('channel', channel), queue_name => $2 || channel,
       max_attempts => $3) from (select distinct channel from added) as channels`,
    [value, queues.channel(""), jobAttemptsMax],
  );
};

/** Redraws every post of a card. */
export const updateCard = (tx: Tx, card: string): Promise<void> => redraw(tx, "card", card);

/** Redraws the post of a key. */
export const updateKeyed = (tx: Tx, key: string): Promise<void> => redraw(tx, "key", key);

/** Redraws one post. */
export const updatePost = (tx: Tx, post: string): Promise<void> => redraw(tx, "id", post);

interface Row {
  id: string;
  channel: string;
  workspace: string;
  thread_ts: string | null;
  kind: "post" | "update";
  view: string;
  attempts: number;
  created_at: Date;
  post: string | null;
  post_channel: string | null;
  pages: string[] | null;
  ts: string | null;
  previews: string[] | null;
}

const itemOf = (row: Row): OutboxItem => ({
  id: row.id,
  post: row.post ?? row.id,
  channel: row.channel,
  workspace: row.workspace,
  threadTs: row.thread_ts,
  kind: row.kind,
  view: JSON.parse(row.view),
  attempts: row.attempts,
  createdAt: row.created_at,
  standing:
    row.post_channel === null
      ? null
      : { channel: row.post_channel, pages: row.pages ?? (row.ts === null ? [] : [row.ts]) },
  previews: row.previews ?? [],
});

/** The next row of a channel, with where its post stands and what its turn has shown so far. */
const nextStatement = `
  select o.id, o.post, o.channel, o.workspace, o.thread_ts, o.kind, o.view, o.attempts, o.created_at,
    coalesce(p.posted_channel, o.posted_channel) as post_channel, coalesce(p.pages, o.pages) as pages,
    coalesce(p.ts, o.ts) as ts,
    case when o.kind = 'post' then
      array(select s.id::text from steward.preview s
            where s.key = o.key and s.state in ('opening', 'open', 'stopped', 'taken')) end as previews
  from steward.outbox o left join steward.outbox p on p.id = o.post
  where o.channel = $1 and o.state = 'pending' order by o.seq limit 1`;

/** A row is settled together with where its post stands now. */
const sentStatement = `
  update steward.outbox set
    state = case when id = $1 then 'sent' else state end,
    sent_at = case when id = $1 then now() else sent_at end,
    error = case when id = $1 then null else error end,
    posted_channel = coalesce($3, posted_channel),
    pages = coalesce($4::text[], pages),
    ts = coalesce(($4::text[])[cardinality($4::text[])], ts)
  where id in ($1, $2)`;

/** The outbox as its sender sees it. One sender at a time serves a channel: its job has the channel's queue. */
export const outboxQueue = (pool: pg.Pool): OutboxQueue => ({
  next: async (channel) => {
    const { rows } = await pool.query<Row>({ name: "outbox next", text: nextStatement, values: [channel] });
    return rows[0] && itemOf(rows[0]);
  },
  trying: async (id) => {
    await pool.query({
      name: "outbox trying",
      text: `update steward.outbox set attempts = attempts + 1 where id = $1`,
      values: [id],
    });
  },
  paged: async (post, { channel, pages }) => {
    await pool.query({
      name: "outbox paged",
      text: `update steward.outbox set posted_channel = $2, pages = $3 where id = $1`,
      values: [post, channel, pages],
    });
  },
  sent: async ({ id, post }, where) => {
    const pages = where === null || where.pages.length === 0 ? null : where.pages;
    await pool.query({
      name: "outbox sent",
      text: sentStatement,
      values: [id, post, where?.channel ?? null, pages],
    });
  },
  failed: async (id, error) => {
    await pool.query({
      name: "outbox failed",
      text: `update steward.outbox set state = 'failed', error = $2, sent_at = now() where id = $1`,
      values: [id, error],
    });
  },
  later: async ({ id, channel }, seconds) => {
    await pool.query({
      name: "outbox later",
      text: `with untried as (update steward.outbox set attempts = greatest(attempts - 1, 0) where id = $1)
             select graphile_worker.add_job('send', $2::json, queue_name => $3, max_attempts => $4,
               run_at => now() + make_interval(secs => $5), job_key => $6)`,
      values: [
        ...[id, JSON.stringify({ channel }), queues.channel(channel), jobAttemptsMax, seconds],
        `later:${queues.channel(channel)}`,
      ],
    });
  },
});

/** Messages that Slack has not got yet, for metrics. */
export const pendingPosts = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ pending: number }>(
    `select count(*)::int as pending from steward.outbox where state = 'pending'`,
  );
  return rows[0]?.pending ?? 0;
};
