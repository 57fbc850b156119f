import type pg from "pg";
import type { Principal } from "../core/principal.ts";
import type { ConversationRef, TurnOrigin, TurnRequest } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";
import { addConverse } from "./jobs.ts";
import { addPost } from "./outbox.ts";

/** Actions of a turn that have their outcome already (R11): whoever detaches the turn must tell them. */
export const settledActions = async (tx: Tx, turn: string): Promise<string[]> => {
  const { rows } = await tx.query<{ id: string }>(
    `select id from steward.action where turn = $1 and superseded_by is null
       and state in ('succeeded', 'failed', 'unknown', 'rejected', 'expired') order by created_at`,
    [turn],
  );
  return rows.map((row) => row.id);
};

/** R11: the outcome is posted by code, and becomes the fact a fresh turn starts from; once per action. */
export const addOutcome = async (
  tx: Tx,
  action: string,
  turn: string,
  conversation: ConversationRef,
): Promise<void> => {
  const { workspace, channel, threadTs } = conversation;
  await addPost(tx, {
    ...{ key: `outcome:${action}`, workspace, channel, threadTs },
    view: { view: "outcome", action },
  });
  const { rows } = await tx.query<{ principal: string }>(`select principal from steward.turn where id = $1`, [
    turn,
  ]);
  const person = rows[0] && (JSON.parse(rows[0].principal) as Principal);
  if (person === undefined) return;
  const { rowCount } = await tx.query(
    `insert into steward.inbox (id, conversation, kind, person, payload) values ($1, $2, 'outcome', $3, $4)
     on conflict (id) do nothing`,
    [
      ...[`outcome:${action}`, conversation.key, `${person.workspace}/${person.user}`],
      JSON.stringify({ action }),
    ],
  );
  if (rowCount === 1) await addConverse(tx, conversation);
};

/** The request that an action belonged to: what a fresh turn goes on with. */
export const requestOf = async (
  pool: pg.Pool,
  action: string,
): Promise<{ request: TurnRequest; principal: Principal; origin: TurnOrigin } | undefined> => {
  const { rows } = await pool.query<{ request: string; principal: string; origin: TurnOrigin }>(
    `select t.request, t.principal, t.origin from steward.action a join steward.turn t on t.id = a.turn where a.id = $1`,
    [action],
  );
  const [row] = rows;
  return (
    row && {
      request: JSON.parse(row.request) as TurnRequest,
      principal: JSON.parse(row.principal) as Principal,
      origin: row.origin,
    }
  );
};
