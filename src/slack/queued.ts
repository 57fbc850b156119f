import { messageOf } from "../core/errors.ts";
import type { ConversationRef } from "../core/turn.ts";
import { steers } from "../turn/steer.ts";
import type { Whisper } from "../turn/types.ts";
import type { Log } from "./log.ts";
import { clip, visible } from "./markdown/safe-text.ts";

/** What goes first in a conversation. */
interface Busy {
  text: string;
  /** Slack id of who asked it. */
  user: string;
}

interface QueuedParts {
  busyWith(conversation: string): Promise<Busy | undefined>;
  whisper: Whisper;
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
  ({ busyWith, whisper, log }: QueuedParts) =>
  (said: { conversation: ConversationRef; user: string; text: string }): void => {
    const { key } = said.conversation;
    const say = async (): Promise<void> => {
      const busy = await busyWith(key);
      if (busy === undefined) return;
      await whisper(said.conversation, said.user, wordsFor(said, busy));
    };
    say().catch((error: unknown) => {
      log.debug({ conversation: key, reason: messageOf(error) }, "a queued message was not said so");
    });
  };
