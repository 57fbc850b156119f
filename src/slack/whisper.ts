import { messageOf } from "../core/errors.ts";
import type { Whisper } from "../turn/types.ts";
import type { SlackCalls } from "./delivery/schedule.ts";
import type { Log } from "./log.ts";
import { drawWords } from "./views/lists.ts";

/** Says something that only one person sees, in a thread where that is active there, by an ephemeral message. */
export const slackWhisper =
  (calls: SlackCalls, log: Log): Whisper =>
  async ({ channel, threadTs, key }, user, text) => {
    const message = drawWords(text);
    try {
      await calls.call(
        "chat.postEphemeral",
        { channel, user, thread_ts: threadTs, text: message.text, blocks: message.blocks },
        { channel, patient: false },
      );
    } catch (error) {
      log.info({ conversation: key, reason: messageOf(error) }, "somebody was not told privately");
    }
  };
