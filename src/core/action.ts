import type { JsonObject } from "./json.ts";
import type { Principal } from "./principal.ts";
import type { Effect, Preview, Risk, Target, ToolOutput } from "./tool.ts";

/**
 * An action's life. planned (nothing visible) -> waiting (asked) | approved -> executing -> succeeded | failed | unknown;
 * waiting -> rejected | expired | cancelled | superseded. unknown -> succeeded | failed by Check or by a person.
 */
export type ActionState =
  | "planned"
  | "waiting"
  | "approved"
  | "executing"
  | "succeeded"
  | "failed"
  | "unknown"
  | "rejected"
  | "expired"
  | "cancelled"
  | "superseded";

/** States that never change again. */
export const finalActionStates: readonly ActionState[] = [
  "succeeded",
  "failed",
  "rejected",
  "expired",
  "cancelled",
  "superseded",
];

/** One question to people about one action: made from a determining `@ask` policy. */
export interface Ask {
  /** The policy's id: `payments-merge`; unique in an action, so where owners make several asks `<id>:<group>`. */
  policy: string;
  /** A group's name, or `requester`; `owners` is already resolved to its group. */
  group: string;
  count: number;
  because: string;
  /** A reason is required of the approver. */
  reason: boolean;
  /** The rule's own `@expires`, in seconds; absent: the shipped limit. */
  expiresSeconds?: number;
}

/** One person's word on one action. */
export interface Vote {
  action: string;
  /** `personKey` of the voter. */
  person: string;
  voter: Principal;
  verdict: "approve" | "reject";
  reason: string | null;
  at: Date;
}

/** A row of the ledger. Times are the database's. */
export interface Action {
  id: string;
  turn: string;
  conversation: string;
  /** The card that shows it: the id of the first action of its line; a refreshed or edited action keeps it. */
  card: string;
  state: ActionState;
  tool: string;
  system: string;
  effect: Effect;
  risk: Risk;
  /** Exact canonical arguments (RFC 8785 text of `args` is what the digest covers). */
  args: JsonObject;
  digest: string;
  target: Target;
  targetVersion: string;
  preview: Preview;
  principal: Principal;
  /** Untrusted texts the conversation had read when this was proposed. */
  untrusted: string[];
  asks: Ask[];
  /** The policy request as evaluated, and the digest of the policies it was evaluated by. */
  policyRequest: JsonObject;
  policyDigest: string;
  /** Whose rights are used: `service:gitlab`. */
  credential: string;
  nonce: string;
  expiresAt: Date;
  token: string | null;
  owner: string | null;
  sendUntil: Date | null;
  outcome: ActionOutcome | null;
  supersededBy: string | null;
  createdAt: Date;
  decidedAt: Date | null;
  settledAt: Date | null;
  followEndedAt: Date | null;
}

/** What became of an action; `text` is for people. */
export interface ActionOutcome {
  text: string;
  output?: ToolOutput;
  /** Name of the person who rejected it, or who settled an unknown by Check. */
  by?: string;
  progress?: string;
}
