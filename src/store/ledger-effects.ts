import type { ConversationRef, TurnRequest } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";
import type { CardPost, Destination, Effects } from "../gate/ports.ts";
import type { View } from "../turn/types.ts";
import { addConverse, addJob, queues } from "./jobs.ts";
import { addPost, updateCard, updatePost } from "./outbox.ts";

const conversationOf = async (db: Tx, key: string): Promise<ConversationRef | undefined> => {
  const { rows } = await db.query<ConversationRef>(
    `select id as key, workspace, channel, thread_ts as "threadTs", kind from steward.conversation where id = $1`,
    [key],
  );
  return rows[0];
};

/** A time by the database's clock, which is the one that jobs are started by. */
const later = async (tx: Tx, seconds: number): Promise<Date> => {
  const { rows } = await tx.query<{ at: Date }>(
    `select clock_timestamp() + make_interval(secs => $1) as at`,
    [seconds],
  );
  if (rows[0] === undefined) throw new Error("The database did not say what time it is");
  return rows[0].at;
};

const post = async (tx: Tx, key: string, to: Destination, view: View, card?: string): Promise<void> => {
  await addPost(tx, { key, ...to, view: { ...view }, ...(card !== undefined && { card }) });
};

const receiptKey = (turn: string): string => `receipt:${turn}`;

/** What a decision or an outcome sets in motion, in the transaction that made it necessary. */
export const ledgerEffects = (db: Tx): Effects => ({
  words: async (turn) => {
    const { rows } = await db.query<{ request: string }>(`select request from steward.turn where id = $1`, [
      turn,
    ]);
    return rows[0] === undefined ? "" : (JSON.parse(rows[0].request) as TurnRequest).text;
  },
  conversation: (key) => conversationOf(db, key),
  conversationIn: conversationOf,
  wake: async (tx, turn, conversation) => {
    const { rows } = await tx.query<{ state: string }>(
      `update steward.turn set wake = true where id = $1 and state in ('queued', 'running', 'waiting') returning state`,
      [turn],
    );
    // A running turn finds the mark when it wants to wait (R4), a queued one when it starts.
    if (rows[0]?.state === "waiting") await addConverse(tx, conversation);
  },
  addOutcomeInbox: async (tx, action, conversation) => {
    const { workspace, user } = action.principal;
    const { rowCount } = await tx.query(
      `insert into steward.inbox (id, conversation, kind, person, payload) values ($1, $2, 'outcome', $3, $4)
       on conflict (id) do nothing`,
      [
        `outcome:${action.id}`,
        conversation.key,
        `${workspace}/${user}`,
        JSON.stringify({ action: action.id }),
      ],
    );
    if (rowCount === 1) await addConverse(tx, conversation);
  },
  actSoon: async (tx, { id, turn }, seconds) => {
    const job = { task: "act", payload: { action: id }, queue: queues.acts(turn), key: id } as const;
    await addJob(tx, seconds === undefined ? job : { ...job, runAt: await later(tx, seconds) });
  },
  followSoon: async (tx, action, seconds) => {
    const key = `follow:${action}`;
    const runAt = await later(tx, seconds);
    await addJob(tx, { task: "follow", payload: { action }, queue: key, key, runAt });
  },
  postCard: (tx, card, to) => post(tx, `card:${card}:${to.channel}`, to, { view: "card", card }, card),
  postNotice: (tx, key, to, text, mention) =>
    post(tx, key, to, { view: "notice", text, ...(mention !== undefined && { mention }) }),
  postOutcome: (tx, key, to, action) => post(tx, key, to, { view: "outcome", action }),
  updateCard,
  updateReceipt: async (tx, turn) => {
    const { rows } = await tx.query<{ id: string }>(`select id from steward.outbox where key = $1`, [
      receiptKey(turn),
    ]);
    for (const { id } of rows) await updatePost(tx, id);
  },
  cardPosts: async (card) => {
    const { rows } = await db.query<CardPost>(
      `select coalesce(posted_channel, channel) as channel, ts, state = 'pending' as pending
       from steward.outbox where (card = $1 and kind = 'post')
         or key = 'receipt:' || (select turn from steward.action where id = $1)`,
      [card],
    );
    return rows;
  },
});
