import { messageOf } from "../../core/errors.ts";
import type { ConversationRef } from "../../core/turn.ts";
import type { SlackCalls } from "../delivery/schedule.ts";
import type { Log } from "../log.ts";
import type { ViewData } from "../views/draw.ts";
import { drawConnection } from "../views/connect.ts";

/**
 * Shows a person, in the thread and to them alone, the way to connect an account. Slack keeps no such message, so the
 * same stands in their direct messages; this one is best effort, at most once.
 */
export const slackInvite =
  (connection: ViewData["connection"], calls: SlackCalls, log: Log) =>
  async (
    { channel, threadTs, key }: ConversationRef,
    user: string,
    { turn, system }: { turn: string; system: string },
  ): Promise<void> => {
    try {
      const view = await connection(turn, system);
      if (view === undefined) return;
      const { text, blocks } = drawConnection(view, true);
      const to = { channel, user, thread_ts: threadTs };
      await calls.call("chat.postEphemeral", { ...to, text, blocks }, { channel, patient: false });
    } catch (error) {
      log.info({ conversation: key, reason: messageOf(error) }, "somebody was not invited privately");
    }
  };
