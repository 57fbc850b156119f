import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import type { Resolved, Risk, Tool } from "../core/tool.ts";
import type { TurnOrigin } from "../core/turn.ts";
import type { PolicyRequest } from "./policy-port.ts";
import type { LedgerAction } from "./ports.ts";

/** The question to policy about one resolved call. */
export const policyRequest = (call: {
  principal: Principal;
  origin: TurnOrigin;
  channel?: string | undefined;
  tool: Tool;
  resolved: Resolved;
  risk: Risk;
  untrusted: readonly string[];
}): PolicyRequest => ({
  principal: call.principal,
  tool: { name: call.tool.name, effect: call.tool.effect, system: call.tool.system },
  target: call.resolved.target,
  context: {
    risk: call.risk,
    untrusted: call.untrusted.length > 0,
    kind: call.origin,
    ...(call.channel !== undefined && { channel: call.channel }),
    // There is no freeze calendar and there are no standing grants: nothing is frozen, nothing is granted.
    frozen: false,
    granted: false,
    args: call.resolved.policyArgs,
  },
});

/** As the ledger keeps it. */
export const storedRequest = (request: PolicyRequest): JsonObject => request as unknown as JsonObject;

/** The request that an action was decided by. */
export const requestOf = (action: Pick<LedgerAction, "policyRequest">): PolicyRequest =>
  action.policyRequest as unknown as PolicyRequest;

/** Its time was over, by the database's clock, when it was looked at. */
export const isExpired = ({ expiresAt, seenAt }: Pick<LedgerAction, "expiresAt" | "seenAt">): boolean =>
  expiresAt.getTime() <= seenAt.getTime();
