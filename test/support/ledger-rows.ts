import type { Steward } from "../steward.ts";

/** An action as the ledger has it. */
export interface LedgerRow {
  id: string;
  card: string;
  state: string;
  tool: string;
  votes: number;
}

/** The actions of one thread, oldest first. */
export const actionsIn = async (
  { database, slack }: Pick<Steward, "database" | "slack">,
  thread: { channel: string; ts: string },
): Promise<LedgerRow[]> => {
  const { rows } = await database.pool.query<LedgerRow>(
    `select a.id, a.card, a.state, a.tool, (select count(*)::int from steward.vote v where v.action = a.id) as votes
     from steward.action a where a.conversation = $1 order by a.created_at, a.id`,
    [`${slack.teamId}/${thread.channel}/${thread.ts}`],
  );
  return rows;
};

/** One row of an action's trail. */
export interface TrailRow {
  kind: string;
  actor: string;
  at: Date;
}

/** The audit rows of one action, in the order in which they were written. */
export const trailOf = async (
  { database }: Pick<Steward, "database">,
  action: string,
): Promise<TrailRow[]> => {
  const { rows } = await database.pool.query<TrailRow>(
    `select kind, actor, at from steward.audit where action = $1 order by id`,
    [action],
  );
  return rows;
};

/** The window in which an unknown write may still be on its way is over: nobody waits half a minute for it. */
export const sendWindowPasses = async ({ database }: Pick<Steward, "database">): Promise<void> => {
  await database.pool.query(
    `update steward.action set send_until = send_until - interval '1 hour' where state = 'unknown'`,
  );
};
