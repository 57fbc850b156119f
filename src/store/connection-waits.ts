import type pg from "pg";
import type { ConversationRef } from "../core/turn.ts";
import type { Transact, Tx } from "../core/tx.ts";
import type { ConnectionState, ConnectionWaits } from "../turn/connection-ports.ts";
import { addConverse } from "./jobs.ts";
import { addPost, updateKeyed } from "./outbox.ts";
import { idOf } from "./person-id.ts";
import { isUuid } from "./uuid.ts";

/** One post each in the thread and in the person's direct messages. */
const keysOf = (turn: string, system: string): [thread: string, direct: string] => [
  `connect:${turn}:${system}`,
  `connect-link:${turn}:${system}`,
];

const redraw = async (tx: Tx, turn: string, system: string): Promise<void> => {
  for (const key of keysOf(turn, system)) await updateKeyed(tx, key);
};

interface WokenRow extends ConversationRef {
  turn: string;
  state: string;
}

/**
 * Ends waits and wakes their turns. Turns are locked first, as Stop does, in one order; a turn that has begun to run
 * finds the mark when it wants to wait again.
 */
const wake = async (
  tx: Tx,
  waits: readonly { turn: string; system: string }[],
  to: ConnectionState,
): Promise<number> => {
  if (waits.length === 0) return 0;
  const turns = [...new Set(waits.map(({ turn }) => turn))];
  const { rows } = await tx.query<WokenRow>(
    `select t.id as turn, t.state, c.id as key, c.workspace, c.channel, c.thread_ts as "threadTs", c.kind
     from steward.turn t join steward.conversation c on c.id = t.conversation
     where t.id = any($1::uuid[]) order by t.id for update of t`,
    [turns],
  );
  let ended = 0;
  for (const { turn, system } of waits) {
    const { rowCount } = await tx.query(
      `update steward.connection_wait set state = $3 where turn = $1 and system = $2 and state = 'waiting'`,
      [turn, system, to],
    );
    if (rowCount === 0) continue;
    ended += 1;
    await redraw(tx, turn, system);
    await tx.query(
      `update steward.turn set wake = true, retry_at = null where id = $1 and state in ('queued', 'running', 'waiting')`,
      [turn],
    );
    const found = rows.find((row) => row.turn === turn);
    if (found?.state !== "waiting") continue;
    const { key, workspace, channel, threadTs, kind } = found;
    await addConverse(tx, { key, workspace, channel, threadTs, kind });
  }
  return ended;
};

/** In the transaction that connects an account: the turns that wait for it go on. */
export const wakeConnected = async (
  tx: Tx,
  system: string,
  person: { workspace: string; user: string },
): Promise<void> => {
  const { rows } = await tx.query<{ turn: string }>(
    `select turn from steward.connection_wait where person = $1 and system = $2 and state = 'waiting' order by turn`,
    [idOf(person), system],
  );
  await wake(
    tx,
    rows.map(({ turn }) => ({ turn, system })),
    "connected",
  );
};

/** Waits in Postgres. */
export const connectionWaits = (pool: pg.Pool, transact: Transact): ConnectionWaits => ({
  add: async (tx, { turn, system, person, conversation, seconds }) => {
    // The turn's row is locked by now: nobody else writes its waits.
    const before = await tx.query<{ state: ConnectionState }>(
      `select state from steward.connection_wait where turn = $1 and system = $2`,
      [turn, system],
    );
    const { rows } = await tx.query<{ state: "waiting" | "connected" }>(
      `insert into steward.connection_wait as w (turn, system, person, state, expires_at)
       values ($1, $2, $3, case when exists (select from steward.identity
           where system = $2 and person = $3 and removed_at is null) then 'connected' else 'waiting' end,
         now() + make_interval(secs => $4))
       on conflict (turn, system) do update set state = excluded.state,
         since = case when w.state = 'waiting' then w.since else now() end,
         expires_at = case when w.state = 'waiting' then w.expires_at else excluded.expires_at end
       returning state`,
      [turn, system, idOf(person), seconds],
    );
    const state = rows[0]?.state ?? "waiting";
    if (state === "connected") return state;
    // Woken by something else meanwhile: what was said of it stands, and so does its time.
    if (before.rows[0]?.state === "waiting") return "standing";
    const { workspace, channel, threadTs, kind } = conversation;
    const [inThread, direct] = keysOf(turn, system);
    const view = { view: "connection", turn, system };
    const thread = { workspace, channel, threadTs };
    // In the person's own direct messages the thread is private enough for the link.
    const posts =
      kind === "dm"
        ? [{ key: direct, ...thread, view: { ...view, link: true } }]
        : [
            { key: inThread, ...thread, view: { ...view, link: false } },
            { key: direct, workspace, channel: person.user, view: { ...view, link: true } },
          ];
    for (const post of posts) {
      if (!(await addPost(tx, post)).fresh) await updateKeyed(tx, post.key);
    }
    return state;
  },
  of: async (turn) => {
    const { rows } = await pool.query<{ system: string; state: ConnectionState }>(
      `select system, state from steward.connection_wait where turn = $1`,
      [turn],
    );
    return new Map(rows.map(({ system, state }) => [system, state]));
  },
  cancel: async (tx, turn) => {
    const { rows } = await tx.query<{ system: string }>(
      `update steward.connection_wait set state = 'cancelled' where turn = $1 and state = 'waiting' returning system`,
      [turn],
    );
    for (const { system } of rows) await redraw(tx, turn, system);
    return rows.map(({ system }) => system);
  },
  sweep: async () => {
    const { rows } = await pool.query<{ turn: string; system: string; connected: boolean }>(
      `select w.turn, w.system, i.person is not null as connected from steward.connection_wait w
       left join steward.identity i on i.system = w.system and i.person = w.person and i.removed_at is null
       where w.state = 'waiting' and (w.expires_at <= now() or i.person is not null) order by w.turn limit 100`,
    );
    if (rows.length === 0) return 0;
    return transact(async (tx) => {
      const [there, over] = [
        rows.filter(({ connected }) => connected),
        rows.filter(({ connected }) => !connected),
      ];
      return (await wake(tx, there, "connected")) + (await wake(tx, over, "expired"));
    });
  },
});

/** What the messages about a wait are drawn from. */
export const connectionView = async (pool: pg.Pool, turn: string, system: string) => {
  if (!isUuid(turn)) return undefined;
  const { rows } = await pool.query<{
    state: ConnectionState;
    expires_at: Date;
    principal: string;
    request: string;
    username: string | null;
  }>(
    `select w.state, w.expires_at, t.principal, t.request, i.username
     from steward.connection_wait w join steward.turn t on t.id = w.turn
     left join steward.identity i on i.system = w.system and i.person = w.person and i.removed_at is null
     where w.turn = $1 and w.system = $2`,
    [turn, system],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const { workspace, user, name } = JSON.parse(row.principal) as {
    workspace: string;
    user: string;
    name: string;
  };
  return {
    ...{ state: row.state, until: row.expires_at, person: { workspace, user }, name },
    ask: (JSON.parse(row.request) as { text: string }).text,
    username: row.username,
  };
};
