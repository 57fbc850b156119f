import { randomUUID } from "node:crypto";
import type { Ask } from "../core/action.ts";
import { FencedError } from "../core/errors.ts";
import { entry, entryPayload } from "./audit-entries.ts";
import { asksOrRefuse } from "./assess.ts";
import { accountsOf, credentialOf } from "./accounts.ts";
import { resolveCall } from "./calls.ts";
import { type Assessed, draft } from "./draft.ts";
import { Refusal } from "./errors.ts";
import { refuseForbidden } from "./forbidden.ts";
import { parseArgs } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { refused } from "./refused.ts";
import { policyRequest } from "./request.ts";
import { saysNothingNew } from "./seen-in-full.ts";
import type { Call, Gate, Proposal, RunContext } from "./types.ts";

/** A click that showed exactly this call is the vote, where the requester alone is asked, for a reversible write. */
const isOwnConfirmation = (asks: readonly Ask[], risk: number): boolean =>
  asks.length === 1 && asks[0]?.group === "requester" && asks[0].count === 1 && !asks[0].reason && risk === 1;

const writeOf = (parts: Parts, name: string) => {
  const { tool } = parts.catalogue.get(name);
  const write = parts.catalogue.write(name);
  if (write === undefined) throw new Refusal("not_a_write", `${tool.name} only reads: call it as a read.`);
  return write;
};

/** What has to be found out about a write before it can be planned. Throws a `Refusal`. */
export const assessCall = async (
  parts: Parts,
  call: Pick<Call, "tool" | "args">,
  run: Pick<RunContext, "principal" | "origin" | "conversation" | "signal">,
): Promise<Omit<Assessed, "turn" | "confirmed">> => {
  const write = writeOf(parts, call.tool);
  await refuseForbidden(parts, run.principal, write.tool);
  const input = parseArgs(write.tool, call.args);
  const id = randomUUID();
  const own = await accountsOf(parts, run.principal, write.tool);
  const caller = { principal: run.principal, callId: id, own, signal: run.signal };
  const resolved = await resolveCall(parts, write.tool, input, caller);
  const untrusted = await parts.ledger.marks.of(run.conversation.key);
  const request = policyRequest({
    principal: run.principal,
    origin: run.origin,
    channel: run.conversation.channel,
    tool: write.tool,
    resolved,
    risk: resolved.risk,
    untrusted,
  });
  const asks = await asksOrRefuse(parts, write.tool, request);
  const { principal, conversation } = run;
  return {
    ...{ id, card: id, conversation: conversation.key, principal, entry: write, input, resolved },
    ...{ untrusted, request, policyDigest: parts.policy.digest, asks },
    credential: credentialOf(own, write.tool.system, principal),
  };
};

type Standing = Awaited<ReturnType<Parts["ledger"]["actions"]["add"]>>;

/** The same call stands in this turn already: nothing is written. */
class StandsAlready extends Error {
  readonly action: Standing;

  constructor(action: Standing) {
    super("the same call stands already");
    this.action = action;
  }
}

const standing = (error: unknown): Standing => {
  if (error instanceof StandsAlready) return error.action;
  throw error;
};

/** Plans one write: nothing is visible, nobody is asked and nothing runs before the turn's R4 commits. */
export const createPropose = (parts: Parts): Gate["propose"] => {
  const { ledger, audit, transact } = parts;

  const plan = async (call: Call, run: RunContext, confirmed: boolean): Promise<Proposal> => {
    const found = await assessCall(parts, call, run);
    // What a name stands for was not seen by who wrote it: then the card shows it and asks.
    const own = confirmed && isOwnConfirmation(found.asks, found.resolved.risk) && saysNothingNew(found);
    const assessed = { ...found, turn: run.turn, confirmed: own };
    const added = await transact(async (tx) => {
      const now = await ledger.actions.fence(tx, run.turn, run.token);
      if (now === undefined) throw new FencedError(`Proposing ${call.tool}`);
      const row = draft(assessed, "planned", now);
      const [stands] = await Promise.all([
        ledger.actions.add(tx, row),
        audit.appendIn(tx, { ...entry("action.proposed", "steward", row), payload: entryPayload(row) }),
      ]);
      // Rolled back with the audit row, which speaks of an action that is not to be.
      if (!stands.fresh) throw new StandsAlready(stands);
      return stands;
    }).catch(standing);
    parts.crash("proposed");
    return { kind: "planned", action: added.id, asks: added.asks > 0 };
  };

  return async (call, run, options = {}) => {
    try {
      return await plan(call, run, options.confirmed === true);
    } catch (error) {
      if (error instanceof Refusal) return refused(parts, call, run, error);
      throw error;
    }
  };
};
