import { messageOf } from "../core/errors.ts";
import type { ConversationRef } from "../core/turn.ts";
import { steers } from "../turn/steer.ts";
import type { SlackCalls } from "./delivery/schedule.ts";
import type { Log } from "./log.ts";
import { clip, visible } from "./markdown/safe-text.ts";
import { drawWords } from "./views/lists.ts";

/** What goes first in a conversation. */
export interface Busy {
  text: string;
  /** Slack id of who asked it. */
  user: string;
}

interface QueuedParts {
  busyWith(conversation: string): Promise<Busy | undefined>;
  calls: SlackCalls;
  log: Log;
}

const shownMax = 80;

const wordsFor = (said: { user: string; text: string }, busy: Busy): string => {
  if (busy.user === said.user && steers(said.text)) {
    return "I take this into what I am doing now; if that ends before I read it, I answer it right after.";
  }
  const first = clip(visible(busy.text).replaceAll(/\s+/g, " "), shownMax);
  return busy.user === said.user
    ? `I will take this after “${first}”. Write stop to end that first.`
    : `I will take this after what somebody else asked here before: “${first}”.`;
};

/** Tells the writer alone that their message waits for what runs there. Best effort, at most once, never waited for. */
export const sayQueued =
  ({ busyWith, calls, log }: QueuedParts) =>
  (said: { conversation: ConversationRef; user: string; text: string }): void => {
    const { channel, key, threadTs } = said.conversation;
    const say = async (): Promise<void> => {
      const busy = await busyWith(key);
      if (busy === undefined) return;
      const { text, blocks } = drawWords(wordsFor(said, busy));
      const args = { channel, user: said.user, thread_ts: threadTs, text, blocks };
      await calls.call("chat.postEphemeral", args, { channel, patient: false });
    };
    say().catch((error: unknown) => {
      log.debug({ conversation: key, reason: messageOf(error) }, "a queued message was not said so");
    });
  };
