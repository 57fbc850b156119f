import { randomUUID } from "node:crypto";
import type { JsonObject } from "../core/json.ts";
import type { Tx } from "../core/tx.ts";
import { addJob, queues } from "./jobs.ts";

/** Something Slack must show. `view` is drawn when it is sent. */
export interface NewPost {
  /** What makes it one: `answer:<turn>`, `card:<card>:<channel>`. A second one of the same key is not added. */
  key: string;
  workspace: string;
  /** A channel id, or a user id for that person's DM. */
  channel: string;
  threadTs?: string;
  kind?: "post" | "ephemeral";
  view: JsonObject;
  card?: string;
}

const sendSoon = (tx: Tx, channel: string): Promise<void> =>
  addJob(tx, { task: "send", payload: { channel }, queue: queues.channel(channel) });

/** Puts a post into the outbox, once per key, with the job that sends it. */
export const addPost = async (tx: Tx, post: NewPost): Promise<{ fresh: boolean }> => {
  const { rowCount } = await tx.query(
    `insert into steward.outbox (id, key, workspace, channel, thread_ts, kind, card, view)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (key) do nothing`,
    [
      randomUUID(),
      post.key,
      post.workspace,
      post.channel,
      post.threadTs ?? null,
      post.kind ?? "post",
      post.card ?? null,
      JSON.stringify(post.view),
    ],
  );
  const fresh = rowCount === 1;
  if (fresh) await sendSoon(tx, post.channel);
  return { fresh };
};

/** Redraws every post of a card. Queued behind the posts themselves; several waiting updates of one post are one. */
export const updateCard = async (tx: Tx, card: string): Promise<void> => {
  const { rows } = await tx.query<{ channel: string }>(
    `insert into steward.outbox (id, key, workspace, channel, thread_ts, kind, post, view)
     select gen_random_uuid(), null, p.workspace, p.channel, p.thread_ts, 'update', p.id, p.view
     from steward.outbox p
     where p.card = $1 and p.kind = 'post'
       and not exists (select 1 from steward.outbox u where u.post = p.id and u.kind = 'update' and u.state = 'pending')
     returning channel`,
    [card],
  );
  for (const channel of new Set(rows.map((row) => row.channel))) await sendSoon(tx, channel);
};
