import { personKey, type Principal } from "../core/principal.ts";
import type { TurnParts } from "./parts.ts";
import type { Running } from "./running.ts";
import { receipt } from "./words.ts";

/** What became of a stop; `text` is for the person who asked for it. */
export interface StopAnswer {
  kind: "stopped" | "ended" | "not_yours" | "unknown";
  text: string;
}

const open = new Set(["queued", "running", "waiting"]);

/**
 * R9. One transaction: the turn stops, what nobody has sent yet is cancelled, its checkpoint goes; then the run is
 * aborted, here at once, elsewhere within a second. What is under way settles onto its card.
 */
export const stopTurn =
  (parts: TurnParts, running: Running) =>
  async (turn: string, by: Principal): Promise<StopAnswer> => {
    const { store, gate, agents, audit } = parts;
    const answer = await parts.transact(async (tx): Promise<StopAnswer> => {
      const found = await store.lock(tx, turn);
      if (found === undefined) return { kind: "unknown", text: "This request is not known here." };
      const { state, principal, conversation } = found;
      if (!open.has(state)) return { kind: "ended", text: "This request has already ended." };
      if (personKey(principal) !== personKey(by)) {
        return { kind: "not_yours", text: `Only ${principal.name}, who asked for it, can stop it.` };
      }
      await store.stop(tx, turn);
      const { cancelled, running: under } = await gate.cancelOpen(tx, turn, personKey(by));
      await agents.end(turn, tx);
      await store.done(tx, turn);
      const text = receipt(by.name, cancelled, under);
      await store.post(tx, `receipt:${turn}`, conversation, { view: "notice", text });
      await audit.appendIn(tx, {
        ...{ kind: "turn.stopped", actor: personKey(by), conversation: conversation.key, turn },
        fields: { was: state, cancelled: cancelled.map(({ id }) => id), running: under.map(({ id }) => id) },
      });
      return { kind: "stopped", text };
    });
    if (answer.kind === "stopped") running.abort(turn);
    return answer;
  };
