import type { ConversationRef, TurnState } from "../core/turn.ts";
import { personKey } from "../core/principal.ts";
import type { Tx } from "../core/tx.ts";
import type { Actions, LedgerAction, NewAction } from "../gate/ports.ts";
import { actionColumns, actionOf, type ActionRow } from "./ledger-row.ts";

type Writes = Omit<Actions, "get" | "newest" | "line" | "ofTurn" | "planned" | "waiting" | "askedBy">;

/** Milliseconds, because digests hold the time as text. */
const databaseTime = `date_trunc('milliseconds', clock_timestamp())`;

/** States in which the same call of a turn stands already; the predicate of the index `action_same_call`. */
const sameCallStands = `state in ('planned', 'waiting', 'approved', 'executing', 'unknown', 'succeeded', 'rejected')`;

type LockedRow = { state: TurnState; now: Date } & (ConversationRef | { key: null });

const first = async (tx: Tx, text: string, values: readonly unknown[]): Promise<LedgerAction | undefined> => {
  const { rows } = await tx.query<ActionRow>(text, values);
  return rows[0] === undefined ? undefined : actionOf(rows[0]);
};

const insert = async (tx: Tx, action: NewAction): Promise<boolean> => {
  const columns = {
    id: action.id,
    turn: action.turn,
    conversation: action.conversation,
    card: action.card,
    state: action.state,
    tool: action.tool,
    system: action.system,
    effect: action.effect,
    risk: action.risk,
    input: JSON.stringify(action.input),
    args: JSON.stringify(action.args),
    definition: action.definition,
    call_digest: action.callDigest,
    digest: action.digest,
    target: `${action.target.type}/${action.target.id}`,
    target_version: action.targetVersion,
    target_detail: JSON.stringify(action.target),
    preview: JSON.stringify(action.preview),
    principal: JSON.stringify(action.principal),
    requester: personKey(action.principal),
    confirmed: action.confirmed,
    untrusted: action.untrusted,
    asks: JSON.stringify(action.asks),
    policy_request: JSON.stringify(action.policyRequest),
    policy_digest: action.policyDigest,
    credential: action.credential,
    nonce: action.nonce,
    expires_at: action.expiresAt,
  };
  const names = Object.keys(columns);
  const { rowCount } = await tx.query(
    `insert into steward.action (${names.join(", ")}, decided_at)
     values (${names.map((_, at) => `$${at + 1}`).join(", ")},
       case when $${names.indexOf("state") + 1} = 'approved' then clock_timestamp() end)
     on conflict (turn, call_digest) where ${sameCallStands} do nothing`,
    Object.values(columns),
  );
  return rowCount === 1;
};

const isBusy = (error: unknown): boolean =>
  error instanceof Error && "constraint" in error && error.constraint === "action_one_executing";

/** Queries on actions that change or lock; all in the caller's transaction. */
export const ledgerWrites: Writes = {
  fence: async (tx, turn, token) => {
    const { rows } = await tx.query<{ now: Date }>(
      `select ${databaseTime} as now from steward.turn
       where id = $1 and token = $2 and state = 'running' for share`,
      [turn, token],
    );
    return rows[0]?.now;
  },
  lockTurn: async (tx, turn) => {
    // no key update: what is inserted for the turn meanwhile (actions, offers) need not wait.
    const { rows } = await tx.query<LockedRow>(
      `select t.state, ${databaseTime} as now, c.id as key, c.workspace, c.channel, c.thread_ts as "threadTs", c.kind
       from steward.turn t left join steward.conversation c on c.id = t.conversation
       where t.id = $1 for no key update of t`,
      [turn],
    );
    if (rows[0] === undefined) throw new Error(`No turn ${turn}`);
    const { state, now, ...conversation } = rows[0];
    return { state, now, conversation: conversation.key === null ? undefined : conversation };
  },
  add: async (tx, action) => {
    if (await insert(tx, action)) return { id: action.id, fresh: true, asks: action.asks.length };
    const stands = await first(
      tx,
      `select ${actionColumns} from steward.action a where turn = $1 and call_digest = $2 and ${sameCallStands}`,
      [action.turn, action.callDigest],
    );
    if (stands === undefined) throw new Error(`The same call of turn ${action.turn} ended in this moment`);
    return { id: stands.id, fresh: false, asks: stands.asks.length };
  },
  move: (tx, id, from, to) =>
    first(
      tx,
      `update steward.action a set state = $3,
         decided_at = case when $4 then clock_timestamp() else decided_at end,
         settled_at = case when $5 then clock_timestamp() else settled_at end,
         outcome = coalesce($6, outcome), superseded_by = $7
       where id = $1 and state = any($2::text[]) returning ${actionColumns}`,
      [
        id,
        from,
        to.state,
        to.decided ?? false,
        to.settled ?? false,
        to.outcome === undefined ? null : JSON.stringify(to.outcome),
        to.supersededBy ?? null,
      ],
    ),
  standing: async (tx, id, digest) => {
    const { rows } = await tx.query<{ state: LedgerAction["state"]; same: boolean; late: boolean }>(
      `select state, digest = $2 as same, expires_at <= clock_timestamp() as late
       from steward.action where id = $1`,
      [id, digest],
    );
    const row = rows[0];
    if (row?.state !== "waiting" || !row.same) return row?.state;
    return row.late ? "expired" : "open";
  },
  beginExecuting: async (tx, id, { digest, token, owner, windowSeconds }) => {
    try {
      return await first(
        tx,
        `update steward.action a set state = 'executing', token = $3, owner = $4,
           send_until = clock_timestamp() + make_interval(secs => $5), executing_at = clock_timestamp()
         where id = $1 and state = 'approved' and digest = $2 and expires_at > clock_timestamp()
         returning ${actionColumns}`,
        [id, digest, token, owner, windowSeconds],
      );
    } catch (error) {
      if (isBusy(error)) return "busy";
      throw error;
    }
  },
  settle: (tx, id, { token, from, state, outcome, followed }) =>
    first(
      tx,
      `update steward.action a set state = $4, outcome = $5,
         settled_at = case when $4 = 'unknown' then null else clock_timestamp() end,
         follow_ended_at = case when $4 = 'unknown' or $6 then null else clock_timestamp() end
       where id = $1 and token = $2 and state = any($3::text[]) returning ${actionColumns}`,
      [id, token, from, state, JSON.stringify(outcome), followed],
    ),
  setProgress: async (tx, id, outcome, ended) => {
    const { rowCount } = await tx.query(
      `update steward.action set outcome = $2, follow_ended_at = case when $3 then clock_timestamp() end
       where id = $1 and state = 'succeeded' and follow_ended_at is null`,
      [id, JSON.stringify(outcome), ended],
    );
    return rowCount === 1;
  },
  moveAll: async (tx, turn, from, to) => {
    const { rows } = await tx.query<ActionRow>(
      `update steward.action a set state = $3, settled_at = clock_timestamp()
       where turn = $1 and state = any($2::text[]) returning ${actionColumns}`,
      [turn, from, to],
    );
    return rows.map(actionOf);
  },
  inStates: async (tx, turn, states) => {
    const { rows } = await tx.query<ActionRow>(
      `select ${actionColumns} from steward.action a where turn = $1 and state = any($2::text[])`,
      [turn, states],
    );
    return rows.map(actionOf);
  },
};
