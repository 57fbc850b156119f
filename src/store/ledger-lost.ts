import type { Tx } from "../core/tx.ts";
import type { LedgerAction, Lost } from "../gate/ports.ts";
import { actionColumns, actionOf, type ActionRow } from "./ledger-row.ts";

/** Rows that one sweep mends; the next one finds the rest. */
const batchMax = 100;
/** A row and its job commit together, but the two are looked at a moment apart. */
const settledFor = `interval '2 seconds'`;

/** No job with tries left carries this key. */
const without = (key: string): string =>
  `not exists (select from graphile_worker.jobs j where j.key = ${key} and j.attempts < j.max_attempts)`;

/** The app has left the action's workspace: nothing of it goes on. */
const atHome = `not steward.rests(split_part(a.conversation, '/', 1))`;

/** What a lost job, a dead process or the clock left undone. */
export const ledgerLost = (db: Tx): Lost => {
  const select = async (where: string, values: readonly unknown[] = []): Promise<LedgerAction[]> => {
    const { rows } = await db.query<ActionRow>(
      `select ${actionColumns} from steward.action a where ${where} order by a.created_at limit ${batchMax}`,
      values,
    );
    return rows.map(actionOf);
  };
  return {
    expired: () => select(`a.state in ('waiting', 'approved') and a.expires_at <= now()`),
    approvedWithoutJob: () =>
      select(
        `a.state = 'approved' and a.expires_at > now() and a.decided_at < now() - ${settledFor}
         and ${without("a.id::text")} and ${atHome}`,
      ),
    lostExecuting: (graceSeconds) =>
      select(
        `a.state = 'executing'
         and (not steward.alive(a.owner) or a.send_until < now() - make_interval(secs => $1))`,
        [graceSeconds],
      ),
    unfollowed: (tools, seconds) =>
      select(
        `a.state = 'succeeded' and a.follow_ended_at is null and a.tool = any($1::text[])
         and a.settled_at < now() - ${settledFor} and a.settled_at > now() - make_interval(secs => $2)
         and ${without("'follow:' || a.id::text")} and ${atHome}`,
        [tools, seconds],
      ),
  };
};
