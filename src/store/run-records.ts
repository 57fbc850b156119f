import type pg from "pg";
import { z } from "zod";
import { personKey, type Principal } from "../core/principal.ts";
import type { ConversationRef, TurnOrigin, TurnRequest, TurnState } from "../core/turn.ts";
import type { RecordedCall, RunRecord, RunRecords } from "../slack/runs/record.ts";
import { isUuid } from "./uuid.ts";

/** Calls of one turn that are shown; limits keep a turn far below. */
const callsMax = 100;
const participantsMax = 200;

interface Row {
  conversation: string;
  workspace: string;
  channel: string;
  thread_ts: string;
  kind: ConversationRef["kind"];
  state: TurnState;
  origin: TurnOrigin;
  principal: string;
  request: string;
  agent: string | null;
  route: string | null;
  planner: string | null;
  model_calls: number;
  tool_calls: number;
  tokens_in: number;
  tokens_out: number;
  created_at: Date;
  ended_at: Date | null;
}

interface CallRow {
  kind: "read.done" | "call.refused";
  at: Date;
  body: string;
  payload: string | null;
}

const routeSchema = z.object({
  agent: z.string(),
  why: z.string(),
  candidates: z.array(z.object({ name: z.string(), score: z.number() })).default([]),
});
const bodySchema = z.looseObject({ fields: z.looseObject({ tool: z.string(), ms: z.number().optional() }) });
const payloadSchema = z.looseObject({
  args: z.record(z.string(), z.json()).default({}),
  text: z.string().default(""),
});

const callOf = ({ kind, at, body, payload }: CallRow): RecordedCall => {
  const { tool, ms } = bodySchema.parse(JSON.parse(body)).fields;
  // Erased where its payload is gone: what was called still shows.
  const { args, text } = payloadSchema.parse(JSON.parse(payload ?? "{}"));
  return { tool, at, args, outcome: kind === "read.done" ? "done" : "refused", text, ms };
};

const recordOf = (
  turn: string,
  row: Row,
  calls: readonly CallRow[],
  participants: readonly string[],
): RunRecord => ({
  turn,
  conversation: {
    ...{ key: row.conversation, workspace: row.workspace, channel: row.channel },
    ...{ threadTs: row.thread_ts, kind: row.kind },
  },
  ...{ state: row.state, origin: row.origin, agent: row.agent, planner: row.planner },
  principal: JSON.parse(row.principal) as Principal,
  request: JSON.parse(row.request) as TurnRequest,
  route: routeSchema
    .nullable()
    .catch(null)
    .parse(JSON.parse(row.route ?? "null")),
  usage: {
    ...{ modelCalls: row.model_calls, toolCalls: row.tool_calls },
    ...{ tokensIn: row.tokens_in, tokensOut: row.tokens_out },
  },
  began: row.created_at,
  ended: row.ended_at,
  calls: calls.map(callOf),
  participants: [...participants],
});

/** What is stored of turns: the row, the calls of the audit log, who takes part. */
export const runRecords = (pool: pg.Pool): RunRecords => ({
  get: async (turn) => {
    if (!isUuid(turn)) return undefined;
    const { rows } = await pool.query<Row>(
      `select t.conversation, c.workspace, c.channel, c.thread_ts, c.kind, t.state, t.origin, t.principal, t.request,
         t.agent, t.route, t.planner, t.model_calls, t.tool_calls, t.tokens_in, t.tokens_out, t.created_at, t.ended_at
       from steward.turn t join steward.conversation c on c.id = t.conversation where t.id = $1`,
      [turn],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const calls = await pool.query<CallRow>(
      `select a.kind, a.at, a.body, p.body as payload
       from steward.audit a left join steward.audit_payload p on p.id = a.payload
       where a.turn = $1 and a.kind in ('read.done', 'call.refused') order by a.id limit $2`,
      [turn, callsMax],
    );
    const askers = await pool.query<{ principal: string }>(
      `select distinct principal from steward.turn where conversation = $1 limit $2`,
      [row.conversation, participantsMax],
    );
    const voters = await pool.query<{ person: string }>(
      `select distinct v.person from steward.vote v join steward.action a on a.id = v.action where a.turn = $1`,
      [turn],
    );
    const asked = askers.rows.map(({ principal }) => personKey(JSON.parse(principal) as Principal));
    return recordOf(turn, row, calls.rows, [
      ...new Set([...asked, ...voters.rows.map(({ person }) => person)]),
    ]);
  },
});
