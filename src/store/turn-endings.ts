import type { Principal } from "../core/principal.ts";
import type { ConversationRef, TurnState } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";
import type { TurnStore } from "../turn/ports.ts";
import { isUuid } from "./uuid.ts";

/** Every change below holds only while the run still owns its turn. */
const mine = `id = $1 and token = $2 and state = 'running'`;

/** A finished turn belongs to nobody: its token and owner go, so that nothing a zombie holds fits any more. */
const over = `token = null, owner = null, wake = false, retry_at = null`;

interface StopRow {
  state: TurnState;
  principal: string;
  id: string;
  workspace: string;
  channel: string;
  thread_ts: string;
  kind: ConversationRef["kind"];
}

/** How a run leaves its turn: waiting (R4), ended (R5), stopped (R9), detached (R11) or put back. */
export const endings: Pick<
  TurnStore,
  "wait" | "wake" | "end" | "detach" | "putBack" | "done" | "rest" | "giveUp" | "lock" | "stop"
> = {
  wait: async (tx, run, { shape, agent, planner, usage }) => {
    const { rows } = await tx.query<{ wake: boolean }>(
      `update steward.turn set state = 'waiting', waiting_at = now(), token = null, owner = null, attempts = 0,
         retry_at = null, shape = $3, agent = $4, planner = $5, model_calls = $6, tool_calls = $7, tokens_in = $8,
         tokens_out = $9
       where ${mine} returning wake`,
      [
        ...[run.turn, run.token, shape, agent, planner],
        ...[usage.modelCalls, usage.toolCalls, usage.tokensIn, usage.tokensOut],
      ],
    );
    return rows[0];
  },
  wake: async (tx, turn, seconds) => {
    const { rows } = await tx.query<{ retry_at: Date }>(
      `update steward.turn set wake = true, retry_at = now() + make_interval(secs => $2)
       where id = $1 and state = 'waiting' returning retry_at`,
      [turn, seconds],
    );
    return rows[0]?.retry_at;
  },
  end: async (tx, run, { state, agent, answer, outcome, route, summary, planner, usage }) => {
    // Whole milliseconds: memory keeps this time as text, and must be rebuilt from here to the same bytes.
    const { rows } = await tx.query<{ ended_at: Date }>(
      `update steward.turn set state = $3, agent = $4, answer = $5, outcome = $6, route = $7, summary = $8,
         planner = $9, model_calls = $10, tool_calls = $11, tokens_in = $12, tokens_out = $13,
         ended_at = date_trunc('milliseconds', clock_timestamp()), ${over}
       where ${mine} returning ended_at`,
      [
        ...[run.turn, run.token, state, agent, answer, JSON.stringify(outcome)],
        ...[route === undefined ? null : JSON.stringify(route), summary, planner],
        ...[usage.modelCalls, usage.toolCalls, usage.tokensIn, usage.tokensOut],
      ],
    );
    return rows[0]?.ended_at;
  },
  detach: async (tx, run) => {
    const { rowCount } = await tx.query(
      `update steward.turn set state = 'detached', ended_at = now(), ${over} where ${mine}`,
      [run.turn, run.token],
    );
    return rowCount === 1;
  },
  putBack: async (tx, run, { seconds, counted }) => {
    const { rows } = await tx.query<{ retry_at: Date }>(
      `update steward.turn set state = case when waiting_at is null then 'queued' else 'waiting' end,
         wake = waiting_at is not null, token = null, owner = null, attempts = attempts - $4,
         retry_at = now() + make_interval(secs => $3)
       where ${mine} returning retry_at`,
      [run.turn, run.token, seconds, counted ? 0 : 1],
    );
    return rows[0]?.retry_at;
  },
  done: async (tx, turn) => {
    await tx.query(`update steward.inbox set done_at = now() where turn = $1 and done_at is null`, [turn]);
  },
  rest: async (tx, item, seconds) => {
    const { rows } = await tx.query<{ retry_at: Date }>(
      `update steward.inbox set attempts = attempts + 1, retry_at = now() + make_interval(secs => $2)
       where id = $1 and done_at is null returning retry_at`,
      [item, seconds],
    );
    return rows[0]?.retry_at;
  },
  giveUp: async (tx, item, reason) => {
    const { rowCount } = await tx.query(
      `update steward.inbox set done_at = now(), attempts = attempts + 1, dead_reason = $2
       where id = $1 and done_at is null`,
      [item, reason],
    );
    return rowCount === 1;
  },
  lock: async (tx: Tx, turn) => {
    if (!isUuid(turn)) return undefined;
    const { rows } = await tx.query<StopRow>(
      `select t.state, t.principal, c.id, c.workspace, c.channel, c.thread_ts, c.kind
       from steward.turn t join steward.conversation c on c.id = t.conversation where t.id = $1 for update of t`,
      [turn],
    );
    const [row] = rows;
    return (
      row && {
        state: row.state,
        principal: JSON.parse(row.principal) as Principal,
        conversation: {
          ...{ key: row.id, workspace: row.workspace, channel: row.channel },
          ...{ threadTs: row.thread_ts, kind: row.kind },
        },
      }
    );
  },
  stop: async (tx, turn, { by, dropped }) => {
    await tx.query(
      `update steward.turn set state = 'stopped', ended_at = now(), outcome = $2, ${over} where id = $1`,
      [turn, JSON.stringify({ kind: "stopped", by, dropped })],
    );
  },
};
