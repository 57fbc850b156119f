import type { Recollection } from "../agent/types.ts";
import { FencedError, messageOf } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { personKey, type Principal } from "../core/principal.ts";
import type { ConversationRef, TurnRequest } from "../core/turn.ts";
import type { TurnParts } from "./parts.ts";
import type { InboxItem, Run, TurnRecord } from "./ports.ts";
import { foldable, folded, threadFrom } from "./request.ts";

/** Rows looked at for a burst; more than are folded. */
const lookAheadMax = 20;
const threadMessagesMax = 30;
const threadCharsMax = 8_000;
const othersMark = "messages of others in this thread";

const remembered = async (
  { memory, store, bounded }: TurnParts,
  conversation: string,
  ended: readonly string[],
): Promise<Recollection> => {
  if (ended.length === 0) return { summary: "", recent: [] };
  const held = await memory.load(conversation);
  if (held?.recent.length === ended.length && held.recent.every(({ turn }, at) => turn === ended[at]))
    return held;
  const rebuilt = bounded(await store.recall(conversation, limits.recentExchangesMax));
  await memory.restore(conversation, rebuilt);
  return rebuilt;
};

/**
 * What the conversation remembers. Memory is whole when its exchanges are the turns that ended last; else (wiped,
 * also while a turn ran, expired, or a write was lost) it is rebuilt from the turns, to the same bytes, and put back.
 * What somebody else asked here is untrusted to this turn's person: it marks the conversation before any model sees it.
 * The summary needs no look of its own: where the person changed, the turn that came next still found the other's
 * exchange word for word, and marks stay.
 */
export const recollect = async (
  parts: TurnParts,
  conversation: ConversationRef,
  principal: Principal,
  ended: readonly string[],
): Promise<Recollection> => {
  const recollection = await remembered(parts, conversation.key, ended);
  const own = personKey(principal);
  if (recollection.recent.some(({ person }) => person !== own)) {
    await parts.marks.add(conversation, [othersMark]);
  }
  return recollection;
};

/**
 * Takes further messages of a burst into the turn, right before its first model call: same person, plain asks, nothing
 * between them. Later ones are turns of their own.
 */
export const foldBurst = async (
  { store, transact }: TurnParts,
  conversation: ConversationRef,
  run: Run,
  turn: TurnRecord,
  item: InboxItem,
): Promise<TurnRequest> => {
  const { request } = turn;
  if (request.kind !== "ask") return request;
  const rows = foldable(run.turn, item, await store.after(conversation.key, item.seq, lookAheadMax));
  if (rows.length === 0) return request;
  const together = folded(request, rows);
  const ids = rows.map((row) => row.id);
  const mine = await transact((tx) => store.fold(tx, run, ids, together));
  if (!mine) throw new FencedError("folding a burst");
  return together;
};

/**
 * What was said in the thread before Steward was called into it: quoted, bounded, newest kept. Text of others marks the
 * conversation before any model sees it. A thread that cannot be read is left out.
 */
export const earlierInThread = async (
  { threads, marks, log }: TurnParts,
  conversation: ConversationRef,
  principal: Principal,
  item: InboxItem,
): Promise<string | undefined> => {
  const before = threadFrom(item);
  if (before === undefined) return undefined;
  let messages: Awaited<ReturnType<typeof threads.read>>;
  try {
    messages = (await threads.read(conversation, before)).slice(-threadMessagesMax);
  } catch (error) {
    log.warn({ conversation: conversation.key, reason: messageOf(error) }, "the thread could not be read");
    return undefined;
  }
  if (messages.some((message) => !message.own && message.by !== principal.user)) {
    await marks.add(conversation, [othersMark]);
  }
  const lines = messages.map((message) => `${message.own ? "Steward" : message.by}: ${message.text}`);
  let text = lines.join("\n");
  while (text.length > threadCharsMax && lines.length > 1) {
    lines.shift();
    text = lines.join("\n");
  }
  return text === "" ? undefined : text.slice(0, threadCharsMax);
};
