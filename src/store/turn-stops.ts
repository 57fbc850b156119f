import type pg from "pg";
import { z } from "zod";
import type { Principal } from "../core/principal.ts";
import type { TurnRequest, TurnState } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";
import type { StopStore } from "../turn/ports.ts";
import { idOf, personOf } from "./person-id.ts";

/** Runs of one person that are listed; who has more stops these first. */
const runsMax = 20;

/** The database's clock and Slack's may differ by so much; what came later than that is not what was stopped. */
const skew = `interval '10 seconds'`;

const askSchema = z.looseObject({ text: z.string() });

const textOf = (payload: string): string => askSchema.parse(JSON.parse(payload)).text;

interface RunRow {
  id: string;
  state: TurnState;
  principal: string;
  request: string;
  channel: string;
  thread_ts: string;
  kind: string;
  created_at: Date;
}

/** Remembers that something was decided; false when it was before. */
export const once = async (tx: Tx, id: string): Promise<boolean> => {
  const { rowCount } = await tx.query(`insert into steward.heard (id) values ($1) on conflict do nothing`, [
    id,
  ]);
  return rowCount === 1;
};

/** What a Stop needs to see and change. */
export const stopStore = (pool: pg.Pool): StopStore => ({
  once,
  openIn: async (tx, conversation, before) => {
    const { rows } = await tx.query<{ id: string; state: TurnState; principal: string }>(
      `select id, state, principal from steward.turn
       where conversation = $1 and state in ('queued', 'running', 'waiting') and created_at <= $2::timestamptz + ${skew}
       order by created_at, id for update`,
      [conversation, before],
    );
    return rows.map((row) => ({ ...row, principal: JSON.parse(row.principal) as Principal }));
  },
  dropUnstarted: async (tx, conversation, person, before) => {
    const { rows } = await tx.query<{ payload: string; kind: string }>(
      `update steward.inbox set done_at = now(), dead_reason = 'stopped before it began'
       where conversation = $1 and done_at is null and turn is null and kind in ('ask', 'call', 'offer')
         and person = $2 and received_at <= $3::timestamptz + ${skew}
       returning payload, kind`,
      [conversation, idOf(person), before],
    );
    return rows.flatMap((row) => (row.kind === "ask" ? [textOf(row.payload)] : []));
  },
  nextAsker: async (tx, conversation) => {
    const { rows } = await tx.query<{ id: string; person: string }>(
      `select id, person from steward.inbox
       where conversation = $1 and done_at is null and turn is null order by seq limit 1`,
      [conversation],
    );
    const [row] = rows;
    return row && { item: row.id, person: personOf(row.person) };
  },
  runsOf: async ({ workspace, user }) => {
    const { rows } = await pool.query<RunRow>(
      `select t.id, t.state, t.principal, t.request, t.created_at, c.channel, c.thread_ts, c.kind
       from steward.turn t join steward.conversation c on c.id = t.conversation
       where t.state in ('queued', 'running', 'waiting') and c.workspace = $1
         and t.principal::json ->> 'user' = $2
       order by t.created_at desc limit $3`,
      [workspace, user, runsMax],
    );
    return rows.map((row) => ({
      turn: row.id,
      state: row.state,
      text: (JSON.parse(row.request) as TurnRequest).text,
      channel: row.channel,
      threadTs: row.thread_ts,
      direct: row.kind === "dm",
      at: row.created_at,
    }));
  },
});

const stoppedSchema = z.object({
  kind: z.literal("stopped"),
  by: z.object({ name: z.string() }),
  dropped: z.array(z.string()),
});

/** How a turn was stopped, for its receipt. */
export const stoppedTurn = async (
  pool: pg.Pool,
  turn: string,
): Promise<{ by: string; askedBy: string; dropped: string[] } | undefined> => {
  const { rows } = await pool.query<{ outcome: string | null; principal: string }>(
    `select outcome, principal from steward.turn where id = $1 and state = 'stopped'`,
    [turn],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { by, dropped } = stoppedSchema.parse(JSON.parse(row.outcome ?? "null"));
  return { by: by.name, askedBy: (JSON.parse(row.principal) as Principal).name, dropped };
};
