import type { Audit } from "../core/audit.ts";
import type { JsonObject } from "../core/json.ts";
import { personKey, type Principal } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Transact, Tx } from "../core/tx.ts";
import type { ChangedItem, ChangeStore } from "./change-ports.ts";
import { mayStop, type StopAnswer } from "./stop.ts";
import { mayNotMute, whoIsUnknown } from "./words.ts";

/** What changes of messages are made of. */
interface ChangeParts {
  changes: ChangeStore;
  transact: Transact;
  audit: Audit;
}

/** An edited message, by the id of what it asked. */
export interface Edit {
  /** What makes the edit one, however often it arrives. */
  id: string;
  item: string;
  text: string;
  agent?: string;
  /** When it was made, as text that sorts by time: edits arrive in any order, and the newest words count. */
  editedAt: string;
}

const going = new Set(["queued", "running", "waiting"]);

const entry = (kind: string, item: ChangedItem) => ({
  kind,
  actor: `slack:${item.person.workspace}/${item.person.user}`,
  conversation: item.conversation.key,
  ...(item.turn !== null && { turn: item.turn }),
  fields: { inbox: item.id },
});

const reworded = (payload: JsonObject, text: string, agent: string | undefined): JsonObject => {
  const { agent: _, ...rest } = payload;
  return { ...rest, text, ...(agent !== undefined && { agent }) };
};

/** An edit that is no newer than the one whose words the row has, delivered late. */
const isOutrun = ({ payload }: ChangedItem, { editedAt }: Edit): boolean =>
  typeof payload["editedAt"] === "string" && payload["editedAt"] >= editedAt;

/**
 * An edited message, in one transaction: before its turn begins the new words are the ones used; while it goes on, its
 * person is offered another run with them; after that nothing happens, nor for one that a newer edit overtook. Answers
 * which, `absent` for what was never asked.
 */
const editMessage =
  ({ changes, transact, audit }: ChangeParts) =>
  (edit: Edit): Promise<"used" | "offered" | "over" | "absent"> =>
    transact(async (tx) => {
      const item = await changes.lock(tx, edit.item);
      if (item === undefined) return "absent";
      if (item.kind !== "ask" || !(await changes.once(tx, edit.id)) || isOutrun(item, edit)) return "over";
      const { editedAt } = edit;
      if (item.turn === null) {
        if (item.done) return "over";
        await changes.reword(tx, item, { ...reworded(item.payload, edit.text, edit.agent), editedAt });
        await audit.appendIn(tx, { ...entry("inbox.edited", item), payload: { text: edit.text } });
        return "used";
      }
      if (item.turnState === null || !going.has(item.turnState)) return "over";
      await changes.edited(tx, { ...item, payload: { ...item.payload, editedAt } }, edit.text);
      await changes.tell(tx, item);
      await audit.appendIn(tx, { ...entry("inbox.edited_late", item), payload: { text: edit.text } });
      return "offered";
    });

/** A deleted message: what has not begun is not begun. */
const deleteMessage =
  ({ changes, transact, audit }: ChangeParts) =>
  (item: string): Promise<"cancelled" | "over"> =>
    transact(async (tx) => {
      const found = await changes.lock(tx, item);
      if (found === undefined || found.done || found.turn !== null || found.kind !== "ask") return "over";
      await changes.cancel(tx, found, "its message was deleted before it began");
      await audit.appendIn(tx, entry("inbox.deleted", found));
      return "cancelled";
    });

/** Guests and outsiders silence nobody else's thread: only one in which they alone have asked. */
const mayMute = async (
  { changes }: ChangeParts,
  tx: Tx,
  conversation: ConversationRef,
  by: Principal,
): Promise<boolean> => {
  if (conversation.kind === "dm" || mayStop(by)) return true;
  const [asker, ...others] = await changes.askers(tx, conversation.key);
  return asker?.user === by.user && asker.workspace === by.workspace && others.length === 0;
};

/** `mute` and `unmute` in words: the thread is told, once. */
const muteThread =
  (parts: ChangeParts) =>
  (order: { id: string; conversation: ConversationRef; by: Principal; muted: boolean }): Promise<void> =>
    parts.transact(async (tx) => {
      const { changes, audit } = parts;
      const { conversation, by, muted } = order;
      if (!(await changes.once(tx, order.id))) return;
      const said = { actor: `slack:${by.workspace}/${by.user}`, conversation: conversation.key };
      if (!(await mayMute(parts, tx, conversation, by))) {
        const text = by.active ? mayNotMute : whoIsUnknown;
        await changes.post(tx, `muted:${order.id}`, conversation, { view: "notice", text });
        await audit.appendIn(tx, { kind: "conversation.mute_refused", ...said, fields: { muted } });
        return;
      }
      const changed = await changes.mute(tx, conversation, muted);
      const text = muted
        ? "I am silent in this thread now. Mention me to ask something all the same; write unmute to me to have me back."
        : "I follow this thread again.";
      await changes.post(tx, `muted:${order.id}`, conversation, { view: "notice", text });
      await audit.appendIn(tx, {
        kind: muted ? "conversation.muted" : "conversation.unmuted",
        ...said,
        fields: { changed },
      });
    });

type Message = { channel: string; ts: string };

const refusal = (item: ChangedItem | undefined, person: Principal, message: Message): string | undefined => {
  if (item === undefined) return "This message is not known here; nothing was started.";
  const { post } = item;
  if (post?.channel !== message.channel || post.ts !== message.ts) {
    return "This button works only on the message it was posted with; nothing was started.";
  }
  const own = item.person.user === person.user && item.person.workspace === person.workspace;
  if (!own) return "Only who wrote the message can run it again.";
  return item.edited === null ? "It runs again already." : undefined;
};

/**
 * *Run again* below a changed message: what still goes on is stopped, with its receipt, then the changed words are asked
 * anew. Killed between the two, the button is still there.
 */
const runAgain =
  (
    { changes, transact, audit }: ChangeParts,
    stop: (turn: string, by: Principal, channel: string | undefined, alone: boolean) => Promise<StopAnswer>,
  ) =>
  async (id: string, person: Principal, message: Message): Promise<{ text: string }> => {
    const looked = await transact((tx) => changes.lock(tx, id));
    const refused = refusal(looked, person, message);
    if (refused !== undefined) {
      const fields = { click: "rerun", on: `${message.channel}/${message.ts}`.slice(0, 100) };
      await audit.append({
        kind: "click.refused",
        actor: personKey(person),
        fields,
        payload: { text: refused },
      });
      return { text: refused };
    }
    if (looked?.turn !== null && looked?.turn !== undefined) await stop(looked.turn, person, undefined, true);
    return transact(async (tx) => {
      const item = await changes.lock(tx, id);
      if (item === undefined || item.edited === null) return { text: "It runs again already." };
      await changes.again(tx, item, reworded(item.payload, item.edited, undefined));
      await changes.edited(tx, item, null);
      await changes.tell(tx, item);
      await audit.appendIn(tx, entry("inbox.rerun", item));
      return { text: "" };
    });
  };

/** Changes of messages and of a thread's setting by words: each decided at intake, in one transaction, once. */
export const createChanges = (parts: ChangeParts, stop: Parameters<typeof runAgain>[1]) => ({
  editMessage: editMessage(parts),
  deleteMessage: deleteMessage(parts),
  muteThread: muteThread(parts),
  runAgain: runAgain(parts, stop),
});
