import type { JsonObject } from "../core/json.ts";
import type { Choice, PendingCall, Question } from "../core/question.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";

/** Who is asked, by Slack ids. */
interface Who {
  workspace: string;
  user: string;
}

/** A question as stored, at the moment somebody answers it. */
export interface QuestionRecord {
  id: string;
  turn: string;
  conversation: ConversationRef;
  person: Who;
  text: string;
  choices: Choice[];
  call: PendingCall | null;
  /** The request that it was asked about. */
  about: string;
  /** Name of who answered it, and how. */
  answered: { by: string; answer: string } | null;
  expired: boolean;
  /** The message it stands on; `ts` is null while it is in flight. */
  post: { id: string; channel: string | null; ts: string | null } | null;
}

/** Questions to people; store/ implements it. */
export interface QuestionStore {
  /** With the transaction that ends its turn (R5). */
  add(tx: Tx, turn: string, conversation: string, person: Who, question: Question): Promise<void>;
  lock(tx: Tx, id: string): Promise<QuestionRecord | undefined>;
  /** Uses it up and redraws its message. */
  settle(tx: Tx, question: QuestionRecord, answered: { by: string; answer: string }): Promise<void>;
  /** Stores what an answer asks of the next turn, with its job; once per question. */
  goOn(
    tx: Tx,
    question: QuestionRecord,
    item: { kind: "ask" | "call"; person: Who; payload: JsonObject },
  ): Promise<void>;
}
