import type { Recollection } from "../agent/types.ts";
import { messageOf } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { personKey, type Principal } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { TurnParts } from "./parts.ts";
import type { InboxItem, TurnRecord } from "./ports.ts";
import { threadFrom } from "./request.ts";

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
 * What was said in the thread before Steward was called into it, or between people since it last spoke: quoted, bounded,
 * newest kept. Text of others marks the
 * conversation before any model sees it. A thread that cannot be read is left out.
 */
export const earlierInThread = async (
  { threads, marks, log }: TurnParts,
  {
    conversation,
    turn: { principal },
  }: { conversation: ConversationRef; turn: Pick<TurnRecord, "principal"> },
  item: InboxItem,
  since: "the beginning" | "my last words",
): Promise<string | undefined> => {
  const before = threadFrom(item);
  if (before === undefined) return undefined;
  let messages: Awaited<ReturnType<typeof threads.read>>;
  try {
    const all = await threads.read(conversation, before);
    const after = since === "the beginning" ? 0 : all.findLastIndex(({ own }) => own) + 1;
    messages = all.slice(after).slice(-threadMessagesMax);
  } catch (error) {
    log.warn({ conversation: conversation.key, reason: messageOf(error) }, "the thread could not be read");
    return undefined;
  }
  if (messages.some((message) => !message.own && message.by !== principal.user)) {
    await marks.add(conversation, [othersMark]);
  }
  // A message is one line, whatever stands in it: nobody's words begin a line in another's name, or in ours.
  const lines = messages.map(
    (message) =>
      `${message.own ? "Steward" : message.by}: ${message.text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, " / ")}`,
  );
  let text = lines.join("\n");
  while (text.length > threadCharsMax && lines.length > 1) {
    lines.shift();
    text = lines.join("\n");
  }
  return text === "" ? undefined : text.slice(0, threadCharsMax);
};
