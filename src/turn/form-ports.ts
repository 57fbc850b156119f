import type { JsonObject } from "../core/json.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";

/** What a form is for: a call whose arguments it asks for, or the reason of an approval. */
export type FormPurpose =
  | {
      kind: "call";
      tool: string;
      /** What was known when it was opened. */
      args: JsonObject;
      /** Where its request goes on; null: in a new thread of the person's direct messages. */
      conversation: ConversationRef | null;
      /** The question that it answers. */
      question: string | null;
      /** The button that opened it. */
      offer: string | null;
    }
  | { kind: "reason"; action: string; message: { channel: string; ts: string } | { shownTo: string } };

/** A form that was opened. */
export interface FormRecord {
  id: string;
  person: { workspace: string; user: string };
  purpose: FormPurpose;
  used: boolean;
  expired: boolean;
}

/** Forms that are open; store/ implements it. */
export interface FormStore {
  add(form: Pick<FormRecord, "id" | "person" | "purpose">): Promise<void>;
  find(id: string): Promise<FormRecord | undefined>;
  lock(tx: Tx, id: string): Promise<FormRecord | undefined>;
  /** Marks it used and stores the request with its job. */
  use(
    tx: Tx,
    form: FormRecord,
    request: { conversation: ConversationRef; payload: JsonObject },
  ): Promise<void>;
}
