import { z } from "zod";
import type { ThreadReader } from "../turn/types.ts";
import type { SlackCalls } from "./delivery/schedule.ts";
import { plainText } from "./inbound.ts";

/** Messages of a thread that are read at most: the one it hangs from, and the newest before the mention. */
const messagesMax = 30;
/** Messages of one call. */
const pageMax = 200;
/** Calls spent on one thread, however long it is. */
const callsMax = 8;

const repliesSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      user: z.string().optional(),
      text: z.string().optional(),
      reply_count: z.int().optional(),
    }),
  ),
  has_more: z.boolean().optional(),
});
type Reply = z.infer<typeof repliesSchema>["messages"][number];
type Page = z.infer<typeof repliesSchema>;

type Read = (oldest: number | undefined) => Promise<Page>;

/**
 * The newest messages of a thread that is longer than a page. Slack reads threads from their beginning, so a window of
 * time is looked for that ends at the mention and holds as many as are wanted and no more than a page: first as wide as
 * the thread's average pace suggests, then between what was too narrow and what was too wide.
 */
const newestOf = async (read: Read, first: Page, root: number, before: number): Promise<Reply[]> => {
  const count = Math.max(first.messages[0]?.reply_count ?? pageMax, pageMax);
  let seconds = ((before - root) * (pageMax / 2)) / count;
  let narrow = 0;
  let wide = Infinity;
  let whole: Reply[] = [];
  let part: Reply[] = first.messages;
  for (let calls = 1; calls < callsMax && whole.length < messagesMax; calls++) {
    const page = await read(before - seconds);
    // The root comes with every page.
    const replies = page.messages.filter(({ ts }) => Number(ts) !== root);
    if (page.has_more === true) {
      wide = seconds;
      part = replies;
    } else {
      narrow = seconds;
      whole = replies;
    }
    seconds = wide === Infinity ? narrow * 4 : narrow === 0 ? wide / 8 : Math.sqrt(narrow * wide);
  }
  return whole.length > 0 ? whole : part;
};

/** Reads a thread that Steward was called into. Bounded; who wrote a line stands beside it, so that others' text is marked. */
export const slackThreads = (calls: SlackCalls, self: { bot: string }): ThreadReader => ({
  async read({ channel, threadTs }, before) {
    const read: Read = async (oldest) =>
      repliesSchema.parse(
        await calls.call("conversations.replies", {
          ...{ channel, ts: threadTs, latest: before, limit: pageMax },
          ...(oldest !== undefined && { oldest: oldest.toFixed(6) }),
        }),
      );
    const first = await read(undefined);
    const [root] = first.messages;
    const found =
      first.has_more === true
        ? await newestOf(read, first, Number(threadTs), Number(before))
        : first.messages.slice(1);
    const replies = found.filter(({ ts }) => Number(ts) < Number(before) && ts !== root?.ts);
    const newest = replies.slice(-(messagesMax - 1));
    return [...(root === undefined || Number(root.ts) >= Number(before) ? [] : [root]), ...newest].map(
      (message) => ({
        by: message.user ?? "unknown",
        text: plainText(message.text ?? "", self.bot),
        own: message.user === self.bot,
      }),
    );
  },
});
