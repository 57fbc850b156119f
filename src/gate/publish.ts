import { personKey } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";
import { entry } from "./audit-entries.ts";
import { inThread, placeCard } from "./audience.ts";
import type { Parts } from "./parts.ts";
import type { LedgerAction } from "./ports.ts";
import type { GateTurns, PublishPlan } from "./types.ts";

type Place = PublishPlan["cards"][number];

/** Puts a card where it was planned to go; a second time only where it does not stand yet. */
export const postCard = async (
  parts: Parts,
  tx: Tx,
  action: Pick<LedgerAction, "id" | "card">,
  conversation: ConversationRef,
  place: Omit<Place, "action" | "starts">,
): Promise<void> => {
  const { effects } = parts.ledger;
  if (place.inThread) await effects.postCard(tx, action.card, inThread(conversation));
  for (const user of place.directs) {
    await effects.postCard(tx, action.card, { workspace: conversation.workspace, channel: user });
  }
  if (place.notice !== undefined) {
    await effects.postNotice(tx, `asked:${action.id}`, inThread(conversation), place.notice);
  }
};

/** R4's part of the gate: what was planned becomes visible and clickable, or starts. */
export const createPublish = (
  parts: Parts,
): Pick<GateTurns, "preparePublish" | "publish" | "supersedePlanned"> => {
  const { ledger, audit } = parts;

  const start = async (tx: Tx, action: LedgerAction): Promise<void> => {
    if (action.confirmed) {
      const asks = action.asks.map(({ policy }) => policy);
      const person = personKey(action.principal);
      const vote = { action: action.id, person, voter: action.principal, verdict: "approve" as const };
      await Promise.all([
        ledger.votes.cast(tx, { ...vote, reason: null, asks }),
        audit.appendIn(tx, entry("vote.counted", person, action, { verdict: "approve", by: "offer" })),
      ]);
    }
    await Promise.all([
      ledger.effects.actSoon(tx, action),
      audit.appendIn(tx, entry("action.approved", "steward", action)),
    ]);
  };

  const show = async (tx: Tx, planned: Place, conversation: ConversationRef): Promise<void> => {
    const step = planned.starts
      ? ({ state: "approved", decided: true } as const)
      : { state: "waiting" as const };
    const action = await ledger.actions.move(tx, planned.action, ["planned"], step);
    if (action === undefined) return;
    if (planned.starts) await start(tx, action);
    else await audit.appendIn(tx, entry("action.asked", "steward", action));
    await postCard(parts, tx, action, conversation, planned);
  };

  return {
    preparePublish: async (turn, conversation) => {
      const planned = await ledger.actions.planned(turn);
      const cards = planned.map(async (action) => {
        const starts = action.asks.length === 0 || action.confirmed;
        const place = starts ? { inThread: true, directs: [] } : await placeCard(parts, action, conversation);
        return { action: action.id, starts, ...place };
      });
      return { turn, conversation, cards: await Promise.all(cards) };
    },
    publish: async (tx, plan) => {
      for (const card of plan.cards) await show(tx, card, plan.conversation);
      const open = await ledger.actions.inStates(tx, plan.turn, ["waiting", "approved", "executing"]);
      return { open: open.length };
    },
    supersedePlanned: async (tx, turn) => {
      const orphans = await ledger.actions.moveAll(tx, turn, ["planned"], "superseded");
      for (const orphan of orphans) await audit.appendIn(tx, entry("action.superseded", "steward", orphan));
    },
  };
};
