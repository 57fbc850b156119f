import { z } from "zod";
import type { ThreadReader } from "../turn/types.ts";
import type { SlackCalls } from "./delivery/schedule.ts";
import { plainText } from "./inbound.ts";

/** Messages of a thread that are read at most; the newest before the mention. */
const messagesMax = 30;

const repliesSchema = z.object({
  messages: z.array(z.object({ ts: z.string(), user: z.string().optional(), text: z.string().optional() })),
});

/** Reads a thread that Steward was called into. Bounded; who wrote a line stands beside it, so that others' text is marked. */
export const slackThreads = (calls: SlackCalls, self: { bot: string }): ThreadReader => ({
  async read(conversation, before) {
    const reply = repliesSchema.parse(
      await calls.call("conversations.replies", {
        channel: conversation.channel,
        ts: conversation.threadTs,
        latest: before,
        limit: 200,
      }),
    );
    return reply.messages
      .filter((message) => Number(message.ts) < Number(before))
      .slice(-messagesMax)
      .map((message) => ({
        by: message.user ?? "unknown",
        text: plainText(message.text ?? "", self.bot),
        own: message.user === self.bot,
      }));
  },
});
