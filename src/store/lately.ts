import type pg from "pg";
import type { TurnRequest, TurnState } from "../core/turn.ts";
import type { HomeRun } from "../slack/views/home.ts";

const runsMax = 8;
/** Older requests are found in their threads. */
const days = 7;

interface Row {
  id: string;
  state: TurnState;
  request: string;
  channel: string;
  kind: string;
  created_at: Date;
}

const states: Record<TurnState, string> = {
  queued: "about to go on",
  running: "being worked on",
  waiting: "waiting for people",
  done: "answered",
  failed: "failed",
  stopped: "stopped",
  detached: "continued",
};

/** The last requests of one person, newest first. */
export const latelyOf =
  (pool: pg.Pool) =>
  async ({ workspace, user }: { workspace: string; user: string }): Promise<HomeRun[]> => {
    const { rows } = await pool.query<Row>(
      `select t.id, t.state, t.request, t.created_at, c.channel, c.kind
       from steward.turn t join steward.conversation c on c.id = t.conversation
       where c.workspace = $1 and t.principal::json ->> 'user' = $2 and t.created_at > now() - make_interval(days => $3)
       order by t.created_at desc limit $4`,
      [workspace, user, days, runsMax],
    );
    return rows.map((row) => ({
      turn: row.id,
      state: states[row.state],
      text: (JSON.parse(row.request) as TurnRequest).text,
      channel: row.channel,
      direct: row.kind === "dm",
      at: row.created_at,
      open: row.state === "queued" || row.state === "running" || row.state === "waiting",
    }));
  };
