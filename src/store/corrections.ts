import type pg from "pg";
import { z } from "zod";
import type { Principal } from "../core/principal.ts";
import { storable } from "../core/text.ts";
import type { ConversationRef, TurnRequest } from "../core/turn.ts";
import type { Correction, CorrectionStore } from "../turn/corrections.ts";
import { isUuid } from "./uuid.ts";

/** Corrections that a training takes in: the newest. */
const trainedMax = 300;
/** Of these, one person's: nobody teaches the router alone. */
const ofOnePersonMax = 20;

interface Row {
  principal: string;
  request: string;
  agent: string;
  route: string | null;
  conversation: string;
  workspace: string;
  channel: string;
  thread_ts: string;
  kind: ConversationRef["kind"];
}

const routeSchema = z
  .looseObject({
    why: z.string().default(""),
    candidates: z.array(z.object({ name: z.string(), score: z.number() })).default([]),
  })
  .nullable();

/** Which agent should have answered, as people say. */
export const correctionStore: CorrectionStore = {
  answered: async (tx, turn) => {
    if (!isUuid(turn)) return undefined;
    const { rows } = await tx.query<Row>(
      `select t.principal, t.request, t.agent, t.route, t.conversation, c.workspace, c.channel, c.thread_ts, c.kind
       from steward.turn t join steward.conversation c on c.id = t.conversation
       where t.id = $1 and t.answer is not null and t.agent is not null`,
      [turn],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const route = routeSchema.parse(JSON.parse(row.route ?? "null"));
    return {
      principal: JSON.parse(row.principal) as Principal,
      request: JSON.parse(row.request) as TurnRequest,
      agent: row.agent,
      ...{ why: route?.why ?? "", candidates: route?.candidates ?? [] },
      conversation: {
        ...{ key: row.conversation, workspace: row.workspace, channel: row.channel },
        ...{ threadTs: row.thread_ts, kind: row.kind },
      },
    };
  },
  put: async (tx, { turn, person, workspace, text, given, chosen }) => {
    await tx.query(
      `insert into steward.correction (turn, person, workspace, text, given, chosen) values ($1, $2, $3, $4, $5, $6)
       on conflict (turn, person) do update set chosen = excluded.chosen, at = now()`,
      [turn, person, workspace, storable(text), given, chosen],
    );
  },
};

/**
 * What people corrected in a workspace, oldest first: further examples for the router. Nobody but the workspace's own
 * members teaches it: who corrects a turn is who asked it, and its row says whether that is a guest or an outsider.
 */
export const correctionsOf = async (pool: pg.Pool, workspace: string): Promise<Correction[]> => {
  const { rows } = await pool.query<Correction>(
    `select text, chosen from (
       select text, chosen, at, turn, nth from (
         select c.text, c.chosen, c.at, c.turn,
           row_number() over (partition by c.person order by c.at desc, c.turn) as nth
         from steward.correction c join steward.turn t on t.id = c.turn
         where c.workspace = $1 and not (t.principal::json ->> 'guest')::boolean
           and not (t.principal::json ->> 'external')::boolean) as shared
       where nth <= $3 order by at desc, turn limit $2) as newest
     order by at, turn`,
    [workspace, trainedMax, ofOnePersonMax],
  );
  return rows;
};
