import type pg from "pg";
import { randomUUID } from "node:crypto";
import type { JsonObject } from "../core/json.ts";
import type { Tx } from "../core/tx.ts";
import type { ConversationRef, TurnState } from "../core/turn.ts";
import type { ChangedItem, ChangeStore, EditedView } from "../turn/change-ports.ts";
import { addConverse } from "./jobs.ts";
import { addPost, updatePost } from "./outbox.ts";
import { idOf, personOf } from "./person-id.ts";
import { once } from "./turn-stops.ts";

interface Row {
  id: string;
  person: string;
  kind: string;
  payload: string;
  edited: string | null;
  done: boolean;
  turn: string | null;
  turn_state: TurnState | null;
  conversation: string;
  workspace: string;
  channel: string;
  thread_ts: string;
  place: ConversationRef["kind"];
  posted: boolean;
  post_channel: string | null;
  post_ts: string | null;
}

const noticeKey = (item: string): string => `edited:${item}`;

/** Only the row is locked: whoever holds its turn and waits for the row goes first with the turn. */
const lockStatement = `
  select i.id, i.person, i.kind, i.payload, i.edited, i.done_at is not null as done, i.turn,
    (select t.state from steward.turn t where t.id = i.turn) as turn_state,
    c.id as conversation, c.workspace, c.channel, c.thread_ts, c.kind as place,
    o.id is not null as posted, o.posted_channel as post_channel, o.ts as post_ts
  from steward.inbox i join steward.conversation c on c.id = i.conversation
    left join steward.outbox o on o.key = $2
  where i.id = $1 for update of i`;

const itemOf = (row: Row): ChangedItem => ({
  id: row.id,
  conversation: {
    ...{ key: row.conversation, workspace: row.workspace, channel: row.channel },
    ...{ threadTs: row.thread_ts, kind: row.place },
  },
  person: personOf(row.person),
  kind: row.kind,
  payload: JSON.parse(row.payload) as JsonObject,
  ...{ edited: row.edited, done: row.done, turn: row.turn, turnState: row.turn_state },
  post: row.posted ? { channel: row.post_channel, ts: row.post_ts } : null,
});

/** Changes of messages that were asked already, and of conversations by words. */
export const changeStore: ChangeStore = {
  once,
  lock: async (tx, item) => {
    const { rows } = await tx.query<Row>(lockStatement, [item, noticeKey(item)]);
    return rows[0] && itemOf(rows[0]);
  },
  reword: async (tx, item, payload) => {
    await tx.query(`update steward.inbox set payload = $2, version = version + 1 where id = $1`, [
      item.id,
      JSON.stringify(payload),
    ]);
    // A run that has just read the old words finds the row changed and leaves it to this job.
    await addConverse(tx, item.conversation);
  },
  cancel: async (tx, { id }, reason) => {
    await tx.query(`update steward.inbox set done_at = now(), dead_reason = $2 where id = $1`, [id, reason]);
  },
  edited: async (tx, { id, payload }, text) => {
    await tx.query(`update steward.inbox set edited = $2, payload = $3 where id = $1`, [
      ...[id, text, JSON.stringify(payload)],
    ]);
  },
  again: async (tx, item, payload) => {
    await tx.query(
      `insert into steward.inbox (id, conversation, kind, person, payload) values ($1, $2, 'ask', $3, $4)`,
      [
        ...[`${item.id}/again/${randomUUID()}`, item.conversation.key],
        ...[idOf(item.person), JSON.stringify(payload)],
      ],
    );
    await addConverse(tx, item.conversation);
  },
  tell: async (tx, { id, conversation }) => {
    const { rows } = await tx.query<{ id: string }>(`select id from steward.outbox where key = $1`, [
      noticeKey(id),
    ]);
    const [standing] = rows;
    if (standing !== undefined) return updatePost(tx, standing.id);
    const { workspace, channel, threadTs } = conversation;
    const view = { view: "edited", item: id };
    await addPost(tx, { key: noticeKey(id), workspace, channel, threadTs, view });
  },
  mute: async (tx, conversation, muted) => {
    const { key, workspace, channel, threadTs, kind } = conversation;
    const { rowCount } = await tx.query(
      `insert into steward.conversation as c (id, workspace, channel, thread_ts, kind, muted)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (id) do update set muted = excluded.muted where c.muted <> excluded.muted`,
      [key, workspace, channel, threadTs, kind, muted],
    );
    return rowCount === 1;
  },
  askers: async (tx, conversation) => {
    const { rows } = await tx.query<{ person: string }>(
      `select (principal::json ->> 'workspace') || '/' || (principal::json ->> 'user') as person
       from steward.turn where conversation = $1
       union select person from steward.inbox where conversation = $1 and done_at is null and kind <> 'outcome'
       limit 2`,
      [conversation],
    );
    return rows.map(({ person }) => personOf(person));
  },
  post: async (tx, key, { workspace, channel, threadTs }, view) => {
    await addPost(tx, { key, workspace, channel, threadTs, view });
  },
};

/** Stores the first message to somebody, once in all time, with the job that posts it. */
export const greetOnce = async (
  tx: Tx,
  { workspace, user }: { workspace: string; user: string },
  channel: string,
  view: JsonObject,
): Promise<void> => {
  await addPost(tx, { key: `greeting:${workspace}/${user}`, workspace, channel, view });
};

/** What the notice about a changed message shows now. */
export const editedView = async (pool: pg.Pool, item: string): Promise<EditedView | undefined> => {
  const { rows } = await pool.query<{ person: string; edited: string | null }>(
    `select person, edited from steward.inbox where id = $1`,
    [item],
  );
  return rows[0] && { item, person: personOf(rows[0].person).user, open: rows[0].edited !== null };
};

/** Whether Steward takes part in a thread: asked there before or now, and whether somebody muted it. */
export const partIn = async (pool: pg.Pool, conversation: string): Promise<"none" | "in" | "muted"> => {
  const { rows } = await pool.query<{ part: "none" | "in" | "muted" }>({
    name: "part in",
    text: `select case
        when exists (select from steward.conversation where id = $1 and muted) then 'muted'
        when exists (select from steward.turn where conversation = $1)
          or exists (select from steward.inbox where conversation = $1 and done_at is null) then 'in'
        else 'none' end as part`,
    values: [conversation],
  });
  return rows[0]?.part ?? "none";
};

/** People talk to each other in a thread that Steward takes part in: it reads the thread before it answers there again. */
export const overhear = async (pool: pg.Pool, conversation: string): Promise<void> => {
  await pool.query({
    name: "overhear",
    text: `update steward.conversation set overheard = true where id = $1 and not overheard`,
    values: [conversation],
  });
};

/** A person gave the conversation a title: it is theirs from now on. */
export const keepTitle = async (pool: pg.Pool, conversation: string): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `update steward.conversation set titled = true where id = $1 and not titled`,
    [conversation],
  );
  return rowCount === 1;
};

/** The turn that a message has to wait for, when one has been under way for a moment. */
export const busyWith = async (
  pool: pg.Pool,
  conversation: string,
): Promise<{ text: string; user: string } | undefined> => {
  const { rows } = await pool.query<{ text: string; person: string }>({
    name: "busy with",
    text: `select t.request::json ->> 'text' as text, t.principal::json ->> 'user' as person from steward.turn t
           where t.conversation = $1 and t.state = 'running' and t.started_at < now() - interval '300 milliseconds'
           order by t.created_at limit 1`,
    values: [conversation],
  });
  return rows[0] && { text: rows[0].text, user: rows[0].person };
};
