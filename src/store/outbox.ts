import type pg from "pg";
import { randomUUID } from "node:crypto";
import type { JsonObject } from "../core/json.ts";
import type { Tx } from "../core/tx.ts";
import type { OutboxItem, OutboxQueue } from "../slack/delivery/sender.ts";
import { addJob, jobAttemptsMax, queues } from "./jobs.ts";

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

const sendSoon = (tx: Tx, channel: string): Promise<void> =>
  addJob(tx, { task: "send", payload: { channel }, queue: queues.channel(channel) });

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
 * taken them: the row lock makes a sender that comes now draw after this transaction commits.
 */
const redraw = async (tx: Tx, which: "card" | "id", value: string): Promise<void> => {
  const { rows } = await tx.query<{ channel: string }>(
    `with waiting as (
       select u.post from steward.outbox u join steward.outbox p on p.id = u.post
       where p.${which} = $1 and u.kind = 'update' and u.state = 'pending' and u.attempts = 0
       for update of u)
     insert into steward.outbox (id, key, workspace, channel, thread_ts, kind, post, view)
     select gen_random_uuid(), null, p.workspace, p.channel, p.thread_ts, 'update', p.id, p.view
     from steward.outbox p
     where p.${which} = $1 and p.kind = 'post' and p.id not in (select post from waiting)
     returning channel`,
    [value],
  );
  for (const channel of new Set(rows.map((row) => row.channel))) await sendSoon(tx, channel);
};

/** Redraws every post of a card. */
export const updateCard = (tx: Tx, card: string): Promise<void> => redraw(tx, "card", card);

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
  post_channel: string | null;
  post_ts: string | null;
}

const itemOf = (row: Row): OutboxItem => ({
  id: row.id,
  channel: row.channel,
  workspace: row.workspace,
  threadTs: row.thread_ts,
  kind: row.kind,
  view: JSON.parse(row.view),
  attempts: row.attempts,
  createdAt: row.created_at,
  post:
    row.post_channel === null || row.post_ts === null ? null : { channel: row.post_channel, ts: row.post_ts },
});

/** The outbox as its sender sees it. One sender at a time serves a channel: its job has the channel's queue. */
export const outboxQueue = (pool: pg.Pool): OutboxQueue => {
  const settle = async (
    id: string,
    state: "sent" | "failed",
    where: { channel: string; ts: string } | null,
    error?: string,
  ): Promise<void> => {
    await pool.query({
      name: "outbox settle",
      text: `update steward.outbox set state = $2, posted_channel = $3, ts = $4, error = $5, sent_at = now() where id = $1`,
      values: [id, state, where?.channel ?? null, where?.ts ?? null, error ?? null],
    });
  };
  return {
    next: async (channel) => {
      const { rows } = await pool.query<Row>({
        name: "outbox next",
        text: `select o.*, p.posted_channel as post_channel, p.ts as post_ts
               from steward.outbox o left join steward.outbox p on p.id = o.post
               where o.channel = $1 and o.state = 'pending' order by o.seq limit 1`,
        values: [channel],
      });
      return rows[0] && itemOf(rows[0]);
    },
    trying: async (id) => {
      await pool.query({
        name: "outbox trying",
        text: `update steward.outbox set attempts = attempts + 1 where id = $1`,
        values: [id],
      });
    },
    sent: (id, where) => settle(id, "sent", where),
    failed: (id, error) => settle(id, "failed", null, error),
  };
};

/** Messages that Slack has not got yet, for metrics. */
export const pendingPosts = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ pending: number }>(
    `select count(*)::int as pending from steward.outbox where state = 'pending'`,
  );
  return rows[0]?.pending ?? 0;
};
