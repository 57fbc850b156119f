import { randomUUID } from "node:crypto";
import type { ActionState } from "../core/action.ts";
import type { Principal } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";
import { asksOrRefuse } from "./assess.ts";
import { placeCard } from "./audience.ts";
import { entry, entryPayload } from "./audit-entries.ts";
import { accountsOf, credentialOf } from "./accounts.ts";
import { resolveCall } from "./calls.ts";
import { changesBetween } from "./changes.ts";
import { type Assessed, draft } from "./draft.ts";
import { Refusal } from "./errors.ts";
import type { Parts } from "./parts.ts";
import type { LedgerAction, NewAction } from "./ports.ts";
import { postCard } from "./publish.ts";
import { policyRequest, requestOf, storedRequest } from "./request.ts";
import { tellTurn } from "./tell-turn.ts";

/** What became of an action whose ground moved: asked anew (or started anew), ended, or settled by somebody else meanwhile. */
export type Refreshed =
  | { kind: "refreshed"; action: LedgerAction; changes: string }
  | { kind: "ended"; why: string }
  | { kind: "late" };

interface Refresh {
  action: LedgerAction;
  /** The state it must still be in: `waiting` at a click, `approved` before acting. */
  from: Extract<ActionState, "waiting" | "approved">;
  why: string;
  /** The requester as the directory knows them now. */
  principal: Principal;
}

/** Ends an action that can no longer be done, before anything was sent; its turn goes on with the reason. */
export const endUnsent = async (
  parts: Parts,
  action: LedgerAction,
  from: readonly ActionState[],
  state: "failed" | "cancelled",
  why: string,
): Promise<boolean> =>
  parts.transact(async (tx) => {
    const turn = await parts.ledger.actions.lockTurn(tx, action.turn);
    const ended = await parts.ledger.actions.move(tx, action.id, from, {
      state,
      settled: true,
      outcome: { text: why },
    });
    if (ended === undefined) return false;
    await parts.audit.appendIn(tx, {
      ...entry(`action.${state}`, "steward", ended, { sent: false }),
      payload: { why },
    });
    await tellTurn(parts, tx, ended, turn);
    return true;
  });

/**
 * Replaces an action by one made from the target as it is now: own digest, own votes, the same card. Policy decides
 * anew. A target that became another thing, or is out of reach now, ends the action instead. Throws a passing
 * `Refusal` when the target cannot be read at the moment.
 */
export const refresh = async (parts: Parts, wanted: Refresh): Promise<Refreshed> => {
  try {
    return await replace(parts, wanted, await reassess(parts, wanted));
  } catch (error) {
    if (!(error instanceof Refusal) || error.passing) throw error;
    const ended = await endUnsent(parts, wanted.action, [wanted.from], "cancelled", error.message);
    return ended ? { kind: "ended", why: error.message } : { kind: "late" };
  }
};

const reassess = async (parts: Parts, { action, principal }: Refresh): Promise<Assessed> => {
  const entry = parts.catalogue.write(action.tool);
  if (entry === undefined) throw new Refusal("unknown_tool", `${action.tool} is no longer available.`);
  const id = randomUUID();
  const own = await accountsOf(parts, principal, entry.tool);
  const resolved = await resolveCall(parts, entry.tool, action.input, { principal, callId: id, own });
  if (resolved.target.type !== action.target.type || resolved.target.id !== action.target.id) {
    const text = `The same words mean ${resolved.target.label} now, not ${action.target.label}. Ask again if that is wanted.`;
    throw new Refusal("other_target", text);
  }
  const untrusted = await parts.ledger.marks.of(action.conversation);
  const { kind: origin, channel } = requestOf(action).context;
  const call = { principal, origin, channel, tool: entry.tool, resolved, risk: resolved.risk, untrusted };
  const request = policyRequest(call);
  const asks = await asksOrRefuse(parts, entry.tool, request, action.asks.length > 0);
  const { turn, conversation, card, input } = action;
  const policyDigest = parts.policy.digest;
  return {
    ...{ id, turn, conversation, card, input, entry, resolved, principal },
    ...{ untrusted, request, policyDigest, asks, confirmed: false },
    credential: credentialOf(own, entry.tool.system, principal),
  };
};

const placeOf = async (parts: Parts, next: Assessed, conversation: ConversationRef) =>
  next.asks.length === 0
    ? { inThread: true, directs: [] }
    : placeCard(
        parts,
        { asks: next.asks, policyRequest: storedRequest(next.request), preview: next.resolved.preview },
        conversation,
      );

const replace = async (parts: Parts, { action, from, why }: Refresh, next: Assessed): Promise<Refreshed> => {
  const { actions, effects } = parts.ledger;
  const conversation = await effects.conversation(action.conversation);
  const place = conversation === undefined ? undefined : await placeOf(parts, next, conversation);
  const replaced = await parts.transact(async (tx) => {
    const turn = await actions.lockTurn(tx, action.turn);
    const row = draft(next, next.asks.length === 0 ? "approved" : "waiting", turn.now);
    const step = { state: "superseded" as const, supersededBy: row.id, outcome: { text: why } };
    const old = await actions.move(tx, action.id, [from], step);
    if (old === undefined) return false;
    await addNext(parts, tx, old, row);
    if (conversation !== undefined && place !== undefined)
      await postCard(parts, tx, row, conversation, place);
    await effects.updateCard(tx, action.card);
    return true;
  });
  const stored = replaced ? await actions.get(next.id) : undefined;
  if (stored === undefined) return { kind: "late" };
  return { kind: "refreshed", action: stored, changes: changesBetween(action.preview, stored.preview) };
};

const addNext = async (parts: Parts, tx: Tx, old: LedgerAction, row: NewAction): Promise<void> => {
  const added = await parts.ledger.actions.add(tx, row);
  if (!added.fresh) {
    throw new Refusal("already_asked", "The same request stands on another card of this turn.");
  }
  await parts.audit.appendIn(tx, entry("action.superseded", "steward", old, { by: row.id }));
  await parts.audit.appendIn(tx, {
    ...entry("action.refreshed", "steward", row, { replaces: old.id }),
    payload: entryPayload(row),
  });
  const asked = row.state === "approved" ? "action.approved" : "action.asked";
  await parts.audit.appendIn(tx, entry(asked, "steward", row));
  if (row.state === "approved") await parts.ledger.effects.actSoon(tx, row);
};
