import type { Ask } from "../core/action.ts";
import { personKey } from "../core/principal.ts";
import type { Tx } from "../core/tx.ts";
import { entry } from "./audit-entries.ts";
import type { Parts } from "./parts.ts";
import { already, closed } from "./phrases.ts";
import type { LedgerAction, LockedTurn } from "./ports.ts";
import { tellTurn } from "./tell-turn.ts";
import type { Click, ClickAnswer } from "./types.ts";
import { allMet, seatVotes } from "./votes.ts";

const reject = async (
  parts: Parts,
  tx: Tx,
  action: LedgerAction,
  click: Click,
  turn: LockedTurn,
): Promise<ClickAnswer> => {
  const outcome = { text: click.reason ?? "", by: click.clicker.name };
  const step = { state: "rejected", decided: true, settled: true, outcome } as const;
  const rejected = await parts.ledger.actions.move(tx, action.id, ["waiting"], step);
  if (rejected === undefined) return closed("superseded");
  await parts.audit.appendIn(tx, entry("action.rejected", personKey(click.clicker), rejected));
  await tellTurn(parts, tx, rejected, turn);
  return { kind: "decided", text: "Rejected. Nothing will be done.", state: "rejected" };
};

const approve = async (parts: Parts, tx: Tx, action: LedgerAction, click: Click): Promise<ClickAnswer> => {
  const { actions, votes, effects } = parts.ledger;
  const [cast] = await Promise.all([votes.ofIn(tx, action.id), effects.updateCard(tx, action.card)]);
  const approvals = cast.filter(({ verdict }) => verdict === "approve");
  if (!allMet(action.asks, approvals)) {
    const have = seatVotes(action.asks, approvals);
    const missing = action.asks
      .map((ask, at) => ({ group: ask.group, more: ask.count - (have[at] ?? 0) }))
      .filter(({ more }) => more > 0)
      .map(({ group, more }) => `${more} more of ${group === "requester" ? action.principal.name : group}`);
    return {
      kind: "counted",
      text: `Your approval counts. Still needed: ${missing.join(", ")}.`,
      state: "waiting",
    };
  }
  const approved = await actions.move(tx, action.id, ["waiting"], { state: "approved", decided: true });
  if (approved === undefined) return closed("superseded");
  await Promise.all([
    effects.actSoon(tx, approved),
    parts.audit.appendIn(tx, entry("action.approved", personKey(click.clicker), approved)),
  ]);
  return {
    kind: "decided",
    text: "Approved. It starts now; the card shows what becomes of it.",
    state: "approved",
  };
};

/**
 * R6: one transaction for a decision. The vote (one a person), the state (still waiting, unexpired, of this digest),
 * the act job, the card and the audit rows commit together or not at all.
 */
export const castVote = (
  parts: Parts,
  action: LedgerAction,
  click: Click,
  asks: readonly Ask[],
): Promise<ClickAnswer> =>
  parts.transact(async (tx) => {
    const { actions, votes } = parts.ledger;
    const [turn, stands] = await Promise.all([
      actions.lockTurn(tx, action.turn),
      actions.standing(tx, action.id, action.digest),
    ]);
    if (stands !== "open") return closed(stands ?? "superseded");
    const person = personKey(click.clicker);
    const vote = {
      action: action.id,
      person,
      voter: click.clicker,
      verdict: click.kind,
      reason: click.reason ?? null,
      asks: asks.map(({ policy }) => policy),
    };
    if ((await votes.cast(tx, vote)) === "already") return already();
    await parts.audit.appendIn(tx, {
      ...entry("vote.counted", person, action, { verdict: click.kind, asks: vote.asks }),
      ...(click.reason !== undefined && { payload: { reason: click.reason } }),
    });
    return click.kind === "reject"
      ? reject(parts, tx, action, click, turn)
      : approve(parts, tx, action, click);
  });
