import type { JsonObject } from "../core/json.ts";
import { personKey } from "../core/principal.ts";
import type { Principal } from "../core/principal.ts";
import type { Target } from "../core/tool.ts";
import { taggedDigest } from "./canonical.ts";

/** What an approval is bound to. */
export interface Bound {
  tool: string;
  definition: string;
  args: JsonObject;
  target: Pick<Target, "type" | "id">;
  targetVersion: string;
  principal: Principal;
  credential: string;
  policyDigest: string;
  expiresAt: Date;
  nonce: string;
}

const callOf = (bound: Omit<Bound, "policyDigest" | "expiresAt" | "nonce">) => ({
  tenant: bound.principal.workspace,
  tool: bound.tool,
  definition: bound.definition,
  args: bound.args,
  target: { type: bound.target.type, id: bound.target.id, version: bound.targetVersion },
  requester: personKey(bound.principal),
  credential: bound.credential,
});

/** The digest that votes are given to, and that the executor makes again from what it is about to send. */
export const actionDigest = (bound: Bound): string =>
  taggedDigest("steward.action.1", {
    ...callOf(bound),
    policy: bound.policyDigest,
    expires: bound.expiresAt.toISOString(),
    nonce: bound.nonce,
  });

/** Tells one call from another within a turn: without what is new each time it is proposed. */
export const callDigest = (bound: Omit<Bound, "policyDigest" | "expiresAt" | "nonce">): string =>
  taggedDigest("steward.call.1", callOf(bound));
