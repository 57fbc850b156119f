import type { ActionOutcome, ActionState, Ask } from "../core/action.ts";
import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import type { Effect, Preview, Risk, Target } from "../core/tool.ts";
import type { LedgerAction } from "../gate/ports.ts";

/** A row of `steward.action` as the driver gives it. */
export interface ActionRow {
  id: string;
  turn: string;
  conversation: string;
  card: string;
  state: ActionState;
  tool: string;
  system: string;
  effect: Effect;
  risk: Risk;
  input: string;
  args: string;
  definition: string;
  call_digest: string;
  digest: string;
  target_version: string;
  target_detail: string;
  preview: string;
  principal: string;
  confirmed: boolean;
  untrusted: string[];
  asks: string;
  policy_request: string;
  policy_digest: string;
  credential: string;
  nonce: string;
  expires_at: Date;
  token: string | null;
  owner: string | null;
  send_until: Date | null;
  outcome: string | null;
  superseded_by: string | null;
  created_at: Date;
  decided_at: Date | null;
  executing_at: Date | null;
  settled_at: Date | null;
  follow_ended_at: Date | null;
  seen_at: Date;
}

/** What every query on actions selects or returns, of the row named `a`. */
export const actionColumns = `a.id, a.turn, a.conversation, a.card, a.state, a.tool, a.system, a.effect, a.risk, a.input,
  a.args, a.definition, a.call_digest, a.digest, a.target_version, a.target_detail, a.preview, a.principal, a.confirmed,
  a.untrusted, a.asks, a.policy_request, a.policy_digest, a.credential, a.nonce, a.expires_at, a.token, a.owner,
  a.send_until, a.outcome, a.superseded_by, a.created_at, a.decided_at, a.executing_at, a.settled_at, a.follow_ended_at,
  clock_timestamp() as seen_at`;

/** A row as the gate knows it. */
export const actionOf = (row: ActionRow): LedgerAction => ({
  id: row.id,
  turn: row.turn,
  conversation: row.conversation,
  card: row.card,
  state: row.state,
  tool: row.tool,
  system: row.system,
  effect: row.effect,
  risk: row.risk,
  input: JSON.parse(row.input) as JsonObject,
  args: JSON.parse(row.args) as JsonObject,
  definition: row.definition,
  callDigest: row.call_digest,
  digest: row.digest,
  target: JSON.parse(row.target_detail) as Target,
  targetVersion: row.target_version,
  preview: JSON.parse(row.preview) as Preview,
  principal: JSON.parse(row.principal) as Principal,
  confirmed: row.confirmed,
  untrusted: row.untrusted,
  asks: JSON.parse(row.asks) as Ask[],
  policyRequest: JSON.parse(row.policy_request) as JsonObject,
  policyDigest: row.policy_digest,
  credential: row.credential,
  nonce: row.nonce,
  expiresAt: row.expires_at,
  token: row.token,
  owner: row.owner,
  sendUntil: row.send_until,
  outcome: row.outcome === null ? null : (JSON.parse(row.outcome) as ActionOutcome),
  supersededBy: row.superseded_by,
  createdAt: row.created_at,
  decidedAt: row.decided_at,
  executingAt: row.executing_at,
  settledAt: row.settled_at,
  followEndedAt: row.follow_ended_at,
  seenAt: row.seen_at,
});
