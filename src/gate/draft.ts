import { randomUUID } from "node:crypto";
import type { Ask } from "../core/action.ts";
import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import type { ResolvedWrite, WriteTool } from "../core/tool.ts";
import { expirySeconds } from "./assess.ts";
import type { Entry } from "./catalogue.ts";
import { actionDigest, callDigest } from "./digest.ts";
import type { PolicyRequest } from "./policy-port.ts";
import type { NewAction } from "./ports.ts";
import { storedRequest } from "./request.ts";

/** Everything that was found out about a write before it becomes a row. */
export interface Assessed {
  id: string;
  turn: string;
  conversation: string;
  card: string;
  entry: Entry<WriteTool>;
  input: JsonObject;
  resolved: ResolvedWrite;
  principal: Principal;
  untrusted: readonly string[];
  request: PolicyRequest;
  policyDigest: string;
  asks: Ask[];
  /** The account it is sent with. */
  credential: string;
  confirmed: boolean;
}

/** The row of an assessed write; `now` is the database's, because expiry is judged by its clock. */
export const draft = (assessed: Assessed, state: NewAction["state"], now: Date): NewAction => {
  const { tool, definition } = assessed.entry;
  const { args, target, version, preview, risk } = assessed.resolved;
  const bound = {
    tool: tool.name,
    definition,
    args,
    target,
    targetVersion: version,
    principal: assessed.principal,
    credential: assessed.credential,
    policyDigest: assessed.policyDigest,
    expiresAt: new Date(now.getTime() + expirySeconds(assessed.asks) * 1000),
    nonce: randomUUID(),
  };
  return {
    ...bound,
    id: assessed.id,
    turn: assessed.turn,
    conversation: assessed.conversation,
    card: assessed.card,
    state,
    system: tool.system,
    effect: tool.effect,
    risk,
    input: assessed.input,
    callDigest: callDigest(bound),
    digest: actionDigest(bound),
    preview,
    confirmed: assessed.confirmed,
    untrusted: [...assessed.untrusted],
    asks: assessed.asks,
    policyRequest: storedRequest(assessed.request),
  };
};
