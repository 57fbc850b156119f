import type pg from "pg";
import type { Recollection } from "../agent/types.ts";
import type { JsonObject } from "../core/json.ts";
import { limits } from "../core/limits.ts";
import { personKey, type Principal } from "../core/principal.ts";
import { type Choice, withChoices } from "../core/question.ts";
import type { TurnOrigin, TurnRequest } from "../core/turn.ts";
import type { InboxItem, Run, TurnRecord, TurnStore, Work } from "../turn/ports.ts";
import { addOutcome, requestOf, settledActions } from "./continuations.ts";
import { addConverse } from "./jobs.ts";
import { findOffer, insertOffers } from "./offers.ts";
import { addPost } from "./outbox.ts";
import { personOf } from "./person-id.ts";
import { endings } from "./turn-endings.ts";

interface ItemRow {
  id: string;
  seq: string;
  kind: InboxItem["kind"];
  person: string;
  payload: string;
  attempts: number;
  turn: string | null;
  version: number;
  resting: boolean;
}

const itemOf = (row: ItemRow): InboxItem => ({
  ...row,
  person: personOf(row.person),
  payload: JSON.parse(row.payload) as JsonObject,
});

const itemColumns = `i.id, i.seq, i.kind, i.person, i.payload, i.attempts, i.turn, i.version,
  coalesce(greatest(i.retry_at, t.retry_at) > now(), false) as resting`;

/** One statement: what the lane of a conversation does next. */
const workStatement = `
  select
    (select w.id from steward.turn w
     where w.conversation = $1 and w.waiting_at is not null and coalesce(w.retry_at, '-infinity') <= now()
       and ((w.state = 'waiting' and w.wake) or w.state = 'running')
     order by w.created_at limit 1) as woken,
    array(select e.id::text from steward.turn e where e.conversation = $1 and e.answer is not null
          order by e.ended_at desc, e.id desc limit $2) as ended,
    (select q.id from steward.question q
     where q.conversation = $1 and q.person = item.person and q.answered_at is null
     order by q.created_at desc limit 1) as question,
    item.*
  from (select) as one left join lateral (
    select ${itemColumns} from steward.inbox i left join steward.turn t on t.id = i.turn
    where i.conversation = $1 and i.done_at is null order by i.seq limit 1) as item on true`;

type WorkRow = { woken: string | null; ended: string[]; question: string | null } & {
  [K in keyof ItemRow]: ItemRow[K] | null;
};

const workOf = (row: WorkRow | undefined): Work => {
  if (row === undefined) return { woken: null, item: null, question: null, ended: [] };
  const { woken, ended, question, ...item } = row;
  return {
    ...{ woken, question, ended: ended.toReversed() },
    item: item.id === null ? null : itemOf(item as ItemRow),
  };
};

interface TurnRow {
  id: string;
  principal: string;
  origin: TurnOrigin;
  request: string;
  agent: string | null;
  waited: boolean;
  attempts: number;
  shape: string | null;
}

const turnOf = (row: TurnRow): TurnRecord => ({
  ...row,
  principal: JSON.parse(row.principal) as Principal,
  request: JSON.parse(row.request) as TurnRequest,
});

/**
 * Makes a turn of an inbox row that has none; nothing when the row was taken, taken back or reworded. A thread keeps the
 * agent that its channel had at first. What was overheard is read by this turn: the row as it was says whether.
 */
const createStatement = `
  with item as (
    update steward.inbox set turn = $1 where id = $2 and turn is null and done_at is null and version = $10
    returning received_at),
  kept as (
    update steward.conversation c set agent = coalesce(c.agent, $11), overheard = false from item
    where c.id = $3 and (c.overheard or (c.agent is null and $11::text is not null)))
  insert into steward.turn (id, conversation, state, token, owner, origin, principal, request, agent, attempts,
                            created_at, started_at)
  select $1, $3, 'running', $4, $5, $6, $7, $8, coalesce($9, c.agent, $11), 1, item.received_at, now()
  from item join steward.conversation c on c.id = $3
  returning agent, (select c.overheard from steward.conversation c where c.id = $3) as overheard`;

/** R1. A turn that is marked as run by this very process, which asks because it does not run it, is taken too. */
const claimStatement = `
  update steward.turn set state = 'running', token = $2, owner = $3, wake = false, attempts = attempts + 1,
    retry_at = null, started_at = now()
  where id = $1 and (state = 'queued' or (state = 'waiting' and wake)
    or (state = 'running' and (owner = $3 or not steward.alive(owner))))
  returning id, principal, origin, request, agent, waiting_at is not null as waited, attempts, shape`;

/** The turn is locked before its rows, as Stop does; the words are those of this moment. */
const foldStatement = `
  with mine as (
    select id from steward.turn where id = $1 and token = $2 and state = 'running' for update)
  update steward.inbox i set turn = mine.id from mine
  where i.id = any($3::text[]) and i.turn is null and i.done_at is null
  returning i.id, i.seq, i.payload`;

/** When a message was said, by Slack's ts at the end of its id: events of a burst arrive in any order. */
const saidAt = (id: string): number => Number(/\/(\d+\.\d+)$/.exec(id)?.[1] ?? 0);

const recallStatement = `
  select t.id as turn, t.principal, t.request, t.answer, t.summary, t.ended_at, q.choices
  from steward.turn t left join steward.question q on q.turn = t.id
  where t.conversation = $1 and t.answer is not null order by t.ended_at desc, t.id desc limit $2`;

interface Ended {
  turn: string;
  principal: string;
  request: string;
  answer: string;
  summary: string;
  ended_at: Date;
  choices: string | null;
}

const recollectionOf = (rows: readonly Ended[]): Recollection => ({
  summary: rows[0]?.summary ?? "",
  recent: rows.toReversed().map((row) => {
    const principal = JSON.parse(row.principal) as Principal;
    return {
      ...{ turn: row.turn, by: principal.name, person: personKey(principal) },
      ask: (JSON.parse(row.request) as TurnRequest).text,
      answer: withChoices(row.answer, row.choices === null ? [] : (JSON.parse(row.choices) as Choice[])),
      at: row.ended_at.toISOString(),
    };
  }),
});

/** Turns and their inbox rows. Reads use the pool; what changes state belongs to the caller's transaction. */
export const turnStore = (pool: pg.Pool): TurnStore => ({
  ...endings,
  work: async (conversation) => {
    const { rows } = await pool.query<WorkRow>({
      name: "work",
      text: workStatement,
      values: [conversation, limits.recentExchangesMax],
    });
    return workOf(rows[0]);
  },
  create: async (tx, run, turn) => {
    const { rows } = await tx.query<{ agent: string | null; overheard: boolean }>(createStatement, [
      ...[run.turn, turn.item, turn.conversation, run.token, run.owner, turn.origin],
      ...[JSON.stringify(turn.principal), JSON.stringify(turn.request), turn.agent ?? null],
      ...[turn.version, turn.channelAgent ?? null],
    ]);
    return rows[0];
  },
  claim: async (tx, run) => {
    const { rows } = await tx.query<TurnRow>(claimStatement, [run.turn, run.token, run.owner]);
    return rows[0] && turnOf(rows[0]);
  },
  after: async (conversation, seq, max) => {
    const { rows } = await pool.query<ItemRow>({
      name: "after",
      text: `select ${itemColumns} from steward.inbox i left join steward.turn t on t.id = i.turn
             where i.conversation = $1 and i.done_at is null and i.seq > $2 order by i.seq limit $3`,
      values: [conversation, seq, max],
    });
    return rows.map(itemOf);
  },
  fold: async (tx, run, items) => {
    const { rows } = await tx.query<{ id: string; seq: string; payload: string }>(foldStatement, [
      ...[run.turn, run.token, items],
    ]);
    return rows
      .toSorted((a, b) => saidAt(a.id) - saidAt(b.id) || Number(a.seq) - Number(b.seq))
      .map(({ payload }) => JSON.parse(payload) as JsonObject);
  },
  reask: async (tx, run, request) => {
    const { rowCount } = await tx.query(
      `update steward.turn set request = $3 where id = $1 and token = $2 and state = 'running'`,
      [run.turn, run.token, JSON.stringify(request)],
    );
    return rowCount === 1;
  },
  offer: (id) => findOffer(pool, id),
  addOffers: insertOffers,
  settledActions,
  addOutcome,
  requestOf: (action) => requestOf(pool, action),
  recall: async (conversation, max) => {
    const { rows } = await pool.query<Ended>(recallStatement, [conversation, max]);
    return recollectionOf(rows);
  },
  job: addConverse,
  lost: async (runs: readonly Run[]) => {
    const { rows } = await pool.query<{ id: string }>({
      name: "lost runs",
      text: `select mine.id from unnest($1::uuid[], $2::uuid[]) as mine(id, token)
             where not exists (select from steward.turn t
               where t.id = mine.id and t.token = mine.token and t.state = 'running')`,
      values: [runs.map((run) => run.turn), runs.map((run) => run.token)],
    });
    return rows.map((row) => row.id);
  },
  tellOnce: async (tx, person, what, seconds) => {
    const { rowCount } = await tx.query(
      `insert into steward.told as t (person, what) values ($1, $2)
       on conflict (person, what) do update set at = now() where t.at < now() - make_interval(secs => $3)`,
      [person, what, seconds],
    );
    return rowCount === 1;
  },
  post: async (tx, key, conversation, view) => {
    const { workspace, channel, threadTs } = conversation;
    await addPost(tx, { key, workspace, channel, threadTs, view });
  },
});
