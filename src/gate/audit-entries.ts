import type { AuditEntry } from "../core/audit.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { personKey } from "../core/principal.ts";
import type { LedgerAction, NewAction } from "./ports.ts";

type Recorded = Pick<
  LedgerAction,
  "id" | "turn" | "conversation" | "card" | "tool" | "risk" | "digest" | "target" | "targetVersion"
> &
  Pick<LedgerAction, "policyDigest" | "credential" | "principal" | "asks" | "untrusted">;

/** What every row about an action says: digests and references, nothing that erasure must reach. */
export const entry = (
  kind: string,
  actor: string,
  action: Recorded,
  more: Record<string, Json> = {},
): AuditEntry => ({
  kind,
  actor,
  conversation: action.conversation,
  turn: action.turn,
  action: action.id,
  fields: {
    card: action.card,
    tool: action.tool,
    risk: action.risk,
    digest: action.digest,
    target: `${action.target.type}/${action.target.id}`,
    version: action.targetVersion,
    requester: personKey(action.principal),
    credential: action.credential,
    policy: action.policyDigest,
    rules: action.asks.map(({ policy }) => policy),
    untrusted: action.untrusted.length,
    ...more,
  },
});

/** What the row of a proposal keeps aside: the arguments, the names of untrusted texts, the policy request. */
export const entryPayload = (action: NewAction): JsonObject => ({
  args: action.args,
  sentence: action.preview.sentence,
  label: action.target.label,
  untrusted: action.untrusted,
  policyRequest: action.policyRequest,
});
