import type { Audit } from "../core/audit.ts";
import { type Principal, personKey } from "../core/principal.ts";
import type { ConversationRef, TurnRequest } from "../core/turn.ts";
import type { Transact, Tx } from "../core/tx.ts";
import type { Intake } from "./types.ts";

/** What a correction needs to know of a turn. */
interface AnsweredTurn {
  principal: Principal;
  request: TurnRequest;
  /** Name of the agent that answered. */
  agent: string;
  /** Why it was chosen. */
  why: string;
  candidates: { name: string; score: number }[];
  conversation: ConversationRef;
}

/** Which agent should have answered a text. */
export interface Correction {
  text: string;
  chosen: string;
}

/** Where corrections are kept; store/ implements it. */
export interface CorrectionStore {
  /** An ended turn. */
  answered(tx: Tx, turn: string): Promise<AnsweredTurn | undefined>;
  /** Keeps what this person says, in place of what they said before. */
  put(
    tx: Tx,
    correction: Correction & { turn: string; person: string; workspace: string; given: string },
  ): Promise<void>;
}

/** What became of a correction; `kept` is false when it was refused. */
interface CorrectionAnswer {
  kept: boolean;
  text: string;
}

/** "Another agent should have answered": kept for the router's next training, and asked again where wanted. */
export interface Corrections {
  /** The turn, where this person may correct it; else the reason, in words. */
  find(turn: string, by: Principal): Promise<AnsweredTurn | string>;
  /** Keeps the correction; with `again` the same words are asked once more, of the chosen agent, by the same person. */
  correct(turn: string, by: Principal, chosen: string, again: boolean): Promise<CorrectionAnswer>;
}

const notYours = "Only the person who asked can say which agent should have answered.";
const gone = "This request is not known here any more.";
const exact = "This was one exact call: no agent was chosen for it.";

/** Wires corrections. `agents` are the names there are. */
export const openCorrections = (parts: {
  store: CorrectionStore;
  transact: Transact;
  audit: Audit;
  intake: Intake;
  agents(): readonly string[];
}): Corrections => {
  const { store, transact, audit, intake, agents } = parts;

  const mine = async (tx: Tx, turn: string, by: Principal): Promise<AnsweredTurn | string> => {
    const found = await store.answered(tx, turn);
    if (found === undefined) return gone;
    if (personKey(found.principal) !== personKey(by)) return notYours;
    return found.request.kind === "ask" ? found : exact;
  };

  return {
    find: (turn, by) => transact((tx) => mine(tx, turn, by)),
    async correct(turn, by, chosen, again) {
      if (!agents().includes(chosen)) return { kept: false, text: "There is no such agent any more." };
      const found = await transact(async (tx) => {
        const answered = await mine(tx, turn, by);
        if (typeof answered === "string") return answered;
        const { conversation, agent, request } = answered;
        const person = personKey(by);
        await store.put(tx, {
          ...{ turn, person, workspace: conversation.workspace, text: request.text, given: agent, chosen },
        });
        await audit.appendIn(tx, {
          ...{ kind: "route.corrected", actor: person, conversation: conversation.key, turn },
          fields: { given: agent, chosen, again },
        });
        return answered;
      });
      if (typeof found === "string") return { kept: false, text: found };
      const { conversation, request } = found;
      if (again) {
        await intake.accept({
          kind: "ask",
          // Once per request and agent, however often the form is sent.
          id: `again:${turn}:${chosen}`,
          conversation,
          person: { workspace: by.workspace, user: by.user },
          ...{ text: request.text, origin: "chat", agent: chosen },
        });
      }
      return { kept: true, text: "Noted." };
    },
  };
};
