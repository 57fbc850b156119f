import type { ConversationRef } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";
import { inThread } from "./audience.ts";
import type { Parts } from "./parts.ts";
import type { LedgerAction, LockedTurn } from "./ports.ts";

/**
 * Lets an action's turn know what became of it, in the transaction that settled it. A turn that still goes on is
 * woken and reads the outcome from the ledger. One that is over cannot be: its outcome is posted by code, and where its
 * checkpoint was lost (detached) the outcome becomes the fact that a fresh turn starts from (R11). One that was stopped
 * has a receipt in its thread, which says it (R9).
 */
export const tellTurn = async (
  parts: Parts,
  tx: Tx,
  action: LedgerAction,
  turn: LockedTurn,
  key = `outcome:${action.id}`,
): Promise<void> => {
  const card = parts.ledger.effects.updateCard(tx, action.card);
  if (turn.conversation === undefined) {
    parts.log.error(
      { action: action.id },
      "an action's conversation is unknown: its outcome stands in the ledger only",
    );
    return card;
  }
  await Promise.all([card, tell(parts, tx, action, turn.state, turn.conversation, key)]);
};

const tell = async (
  parts: Parts,
  tx: Tx,
  action: LedgerAction,
  turn: LockedTurn["state"],
  conversation: ConversationRef,
  key: string,
): Promise<void> => {
  const { effects } = parts.ledger;
  switch (turn) {
    case "queued":
    case "running":
    case "waiting":
      await effects.wake(tx, action.turn, conversation);
      return;
    case "detached":
      await effects.addOutcomeInbox(tx, action, conversation);
      await effects.postOutcome(tx, key, inThread(conversation), action.id);
      return;
    case "done":
    case "failed":
      await effects.postOutcome(tx, key, inThread(conversation), action.id);
      return;
    case "stopped":
      await effects.updateReceipt(tx, action.turn);
  }
};
