import { entry } from "./audit-entries.ts";
import type { Parts } from "./parts.ts";
import type { GateTurns } from "./types.ts";

/** R9's part of the gate: what was not sent is cancelled; what is being sent goes on and is named. */
export const createCancelOpen =
  (parts: Parts): GateTurns["cancelOpen"] =>
  async (tx, turn, by) => {
    const { actions, effects } = parts.ledger;
    const cancelled = await actions.moveAll(tx, turn, ["planned", "waiting", "approved"], "cancelled");
    for (const action of cancelled) {
      await parts.audit.appendIn(tx, entry("action.cancelled", by, action));
      await effects.updateCard(tx, action.card);
    }
    return { cancelled, running: await actions.inStates(tx, turn, ["executing"]) };
  };
