import type { Tx } from "../core/tx.ts";
import type { Actions, LedgerAction } from "../gate/ports.ts";
import { actionColumns, actionOf, type ActionRow } from "./ledger-row.ts";

/** Rows that one list shows at most. */
const waitingMax = 200;
const openMax = 50;

type Reads = Pick<Actions, "get" | "newest" | "line" | "ofTurn" | "planned" | "waiting" | "askedBy">;

/** Queries on actions that change nothing; each is one statement of its own. */
export const ledgerReads = (db: Tx): Reads => {
  const select = async (rest: string, values: readonly unknown[]): Promise<LedgerAction[]> => {
    const { rows } = await db.query<ActionRow>(
      `select ${actionColumns} from steward.action a ${rest}`,
      values,
    );
    return rows.map(actionOf);
  };
  return {
    get: async (id) => (await select(`where a.id = $1`, [id]))[0],
    newest: async (ids) => {
      const { rows } = await db.query<ActionRow & { asked: string }>(
        `select o.id as asked, ${actionColumns}
         from steward.action o join steward.action a on a.card = o.card and a.superseded_by is null
         where o.id = any($1::uuid[])`,
        [ids],
      );
      return new Map(rows.map((row) => [row.asked, actionOf(row)]));
    },
    line: async (id) => {
      // A card has its first action's id, which is an action of its own line like any other.
      const card = `a.card = (select b.card from steward.action b where b.id = $1)`;
      const newest = (await select(`where ${card} and a.superseded_by is null`, [id]))[0];
      if (newest === undefined) return undefined;
      return {
        newest,
        before: (await select(`where a.superseded_by = $1 and a.card = $2`, [newest.id, newest.card]))[0],
      };
    },
    ofTurn: (turn) =>
      select(
        `where a.turn = $1 and a.superseded_by is null and a.state not in ('planned', 'superseded')
         order by a.created_at, a.id`,
        [turn],
      ),
    planned: (turn) =>
      select(`where a.turn = $1 and a.state = 'planned' order by a.created_at, a.id`, [turn]),
    waiting: (workspace) =>
      select(
        `join steward.conversation c on c.id = a.conversation
         where a.state = 'waiting' and a.expires_at > now() and c.workspace = $1
         order by a.created_at limit $2`,
        [workspace, waitingMax],
      ),
    askedBy: async (workspace, requester, settled) => {
      // An address that two workspaces vouch for shows neither of them what was asked in the other.
      const theirs = `join steward.conversation c on c.id = a.conversation
         where c.workspace = $1 and a.requester = $2`;
      const open = select(
        `${theirs} and a.state in ('waiting', 'approved', 'executing', 'unknown')
         order by a.created_at desc limit $3`,
        [workspace, requester, openMax],
      );
      const done = select(
        `${theirs} and a.state in ('succeeded', 'failed', 'rejected', 'expired', 'cancelled')
         order by a.created_at desc limit $3`,
        [workspace, requester, settled],
      );
      return [...(await open), ...(await done)];
    },
  };
};
