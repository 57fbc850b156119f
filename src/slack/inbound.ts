import { z } from "zod";
import { limits } from "../core/limits.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { EventEnvelope } from "./envelope.ts";

const messageSchema = z.object({
  type: z.enum(["message", "app_mention"]),
  channel: z.string(),
  channel_type: z.enum(["im", "mpim", "channel", "group"]).optional(),
  user: z.string().optional(),
  text: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  bot_id: z.string().nullish(),
});

/** What an event turned out to be. `maybe`: a reply in a thread without a mention; an ask only where engaged. */
export type Heard =
  | {
      kind: "ask" | "maybe";
      id: string;
      conversation: ConversationRef;
      user: string;
      text: string;
      inThread: boolean;
    }
  | { kind: "ignored"; why: string }
  | { kind: "unknown" };

/** Subtypes that are still something a person said; all others (edits, deletions, joins) are not asks. */
const spokenSubtypes = ["file_share", "thread_broadcast"];

/** The kind of a channel; where Slack does not say it, by the id alone. */
export const kindOf = (channel: string, type: string | undefined): ConversationRef["kind"] => {
  if (type === "im" || channel.startsWith("D")) return "dm";
  if (type === "mpim") return "group_dm";
  return type === "group" || channel.startsWith("G") ? "private" : "channel";
};

/** The text without the bot's own mention, entities decoded, links as plain addresses, cut to its cap. */
export const plainText = (text: string, bot: string): string =>
  text
    .replaceAll(new RegExp(`<@${bot}(\\|[^>]*)?>`, "g"), " ")
    .replaceAll(/<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>/g, "$1")
    .replaceAll(/<#([A-Z0-9]+)\|([^>]+)>/g, "#$2")
    .replaceAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, "@$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll(/[ \t]+/g, " ")
    .trim()
    .slice(0, limits.askCharsMax);

/** People talking to each other: the reply names somebody else, or only thanks. */
const amongPeople = (text: string): boolean =>
  /<@[A-Z0-9]+/.test(text) ||
  /^\s*(thanks|thank you|thx|ty|cheers|ok|okay|great|nice|👍|:\+1:)[\s.!]*$/iu.test(text);

/**
 * Reads a message event. An ask is told by its content, never by its event type: one mention arrives as `message` and
 * as `app_mention`, in either order, with the same channel and ts, and both become the same id.
 */
export const hear = ({ event, workspace }: EventEnvelope, bot: string): Heard => {
  const parsed = messageSchema.safeParse(event);
  if (!parsed.success) {
    const subtype = typeof event["subtype"] === "string" ? event["subtype"] : undefined;
    return subtype === undefined ? { kind: "unknown" } : { kind: "ignored", why: subtype };
  }
  const message = parsed.data;
  if (message.subtype !== undefined && !spokenSubtypes.includes(message.subtype)) {
    return { kind: "ignored", why: message.subtype };
  }
  if (message.user === undefined || message.user === bot) return { kind: "ignored", why: "own" };
  if (message.bot_id !== undefined && message.bot_id !== null) return { kind: "ignored", why: "bot" };
  return heardMessage({ ...message, user: message.user, text: message.text ?? "" }, workspace, bot);
};

const heardMessage = (
  message: z.infer<typeof messageSchema> & { user: string; text: string },
  workspace: string,
  bot: string,
): Heard => {
  const kind = kindOf(message.channel, message.channel_type);
  const mentioned = message.type === "app_mention" || message.text.includes(`<@${bot}`);
  const inThread = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  const threadTs = message.thread_ts ?? message.ts;
  const heard = {
    id: `${workspace}/${message.channel}/${message.ts}`,
    conversation: {
      key: `${workspace}/${message.channel}/${threadTs}`,
      workspace,
      channel: message.channel,
      threadTs,
      kind,
    },
    user: message.user,
    text: plainText(message.text, bot),
    inThread,
  };
  if (mentioned || kind === "dm") return { kind: "ask", ...heard };
  if (!inThread) return { kind: "ignored", why: "not addressed" };
  return amongPeople(message.text) ? { kind: "ignored", why: "among people" } : { kind: "maybe", ...heard };
};
