import type { JsonObject } from "../core/json.ts";
import type { ConversationRef, TurnState } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";

/** An inbox row as a change of its message sees it. */
export interface ChangedItem {
  id: string;
  conversation: ConversationRef;
  person: { workspace: string; user: string };
  kind: string;
  payload: JsonObject;
  /** The words as changed after the start, not used yet. */
  edited: string | null;
  done: boolean;
  turn: string | null;
  turnState: TurnState | null;
  /** Where the notice about the change stands in Slack, once it does. */
  post: { channel: string | null; ts: string | null } | null;
}

/** What changes of messages, and of a conversation's setting by words, need of Postgres. */
export interface ChangeStore {
  /** Remembers something decided at intake; false when it was decided before. */
  once(tx: Tx, id: string): Promise<boolean>;
  lock(tx: Tx, item: string): Promise<ChangedItem | undefined>;
  /** Other words for a row that no turn was made of, and a job that looks at it anew. */
  reword(tx: Tx, item: ChangedItem, payload: JsonObject): Promise<void>;
  /** Takes back a row that no turn was made of. */
  cancel(tx: Tx, item: ChangedItem, reason: string): Promise<void>;
  /** Keeps, or forgets, the words that were changed after the start, with the item's payload as given. */
  edited(tx: Tx, item: ChangedItem, text: string | null): Promise<void>;
  /** A fresh row with the changed words, behind all that came meanwhile, with its job. */
  again(tx: Tx, item: ChangedItem, payload: JsonObject): Promise<void>;
  /** Posts the notice about a change, or draws it anew. */
  tell(tx: Tx, item: ChangedItem): Promise<void>;
  /** Silences a conversation, or lets it speak; true when that changed anything. */
  mute(tx: Tx, conversation: ConversationRef, muted: boolean): Promise<boolean>;
  /** Who asked something in a conversation; two at most, who knows more asks for no more. */
  askers(tx: Tx, conversation: string): Promise<{ workspace: string; user: string }[]>;
  post(tx: Tx, key: string, conversation: ConversationRef, view: JsonObject): Promise<void>;
}

/** What a notice about a changed message is drawn from. */
export interface EditedView {
  item: string;
  /** Slack id. */
  person: string;
  /** Still to be pressed. */
  open: boolean;
}
