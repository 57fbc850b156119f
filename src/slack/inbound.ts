import { z } from "zod";
import { limits } from "../core/limits.ts";
import type { ConversationRef, FileRef } from "../core/turn.ts";
import { readChange } from "./changed.ts";
import type { EventEnvelope } from "./envelope.ts";
import { fileRefs } from "./files-in/refs.ts";
import { amongPeople, isAssent, isNod, type Order, orderIn } from "./orders.ts";

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
  files: z.unknown().optional(),
  assistant_thread: z
    .object({ action_token: z.string().min(1).max(2_000) })
    .optional()
    .catch(undefined),
});

/** What somebody said, with where and who. */
interface Said {
  id: string;
  conversation: ConversationRef;
  user: string;
  text: string;
  inThread: boolean;
  /** Steward is named in it. */
  mentioned: boolean;
  files: FileRef[];
  /** The right to search as this person, for a while. A secret. */
  searchToken?: string;
}

/**
 * What an event turned out to be. `maybe`: a reply in a thread without a mention; an ask only where engaged. `order`: a
 * word to Steward about itself. `overheard`: people talking to each other in a thread. `assent`: a nod, which means something only where a question is
 * open. `changed`: somebody edited or
 * deleted what they had said.
 */
export type Heard =
  | ({ kind: "ask" | "maybe"; bot: boolean } & Said)
  | ({ kind: "order"; order: Order } & Said)
  | { kind: "overheard"; conversation: ConversationRef }
  | ({ kind: "assent" } & Said)
  | ({ kind: "edited"; namedBefore: boolean; editedAt: string } & Said)
  | { kind: "deleted"; id: string; conversation: ConversationRef; user: string }
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
  const { subtype, user, text = "" } = message;
  if (subtype === "message_changed" || subtype === "message_deleted")
    return heardChange(event, workspace, bot);
  if (user === undefined || user === bot) return { kind: "ignored", why: "own" };
  if (message.bot_id !== undefined && message.bot_id !== null) {
    return heardBot({ ...message, user, text }, workspace, bot);
  }
  if (subtype !== undefined && !spokenSubtypes.includes(subtype)) return { kind: "ignored", why: subtype };
  return heardMessage({ ...message, user, text }, workspace, bot);
};

type Message = z.infer<typeof messageSchema> & { user: string; text: string };

const conversationOf = (
  workspace: string,
  message: { channel: string; channel_type?: string | undefined; ts: string; thread_ts?: string | undefined },
): ConversationRef => {
  const { channel, channel_type } = message;
  const threadTs = message.thread_ts ?? message.ts;
  return {
    key: `${workspace}/${channel}/${threadTs}`,
    ...{ workspace, channel, threadTs },
    kind: kindOf(channel, channel_type),
  };
};

const saidIn = (message: Message, workspace: string, bot: string): Said => ({
  id: `${workspace}/${message.channel}/${message.ts}`,
  conversation: conversationOf(workspace, message),
  user: message.user,
  text: plainText(message.text, bot),
  inThread: message.thread_ts !== undefined && message.thread_ts !== message.ts,
  mentioned: message.type === "app_mention" || message.text.includes(`<@${bot}`),
  files: fileRefs(message.files),
  ...(message.assistant_thread !== undefined && { searchToken: message.assistant_thread.action_token }),
});

const heardMessage = (message: Message, workspace: string, bot: string): Heard => {
  const said = saidIn(message, workspace, bot);
  const { conversation, inThread, mentioned, text } = said;
  const direct = conversation.kind === "dm";
  const order = inThread || mentioned ? orderIn(text) : undefined;
  if (order !== undefined) return { kind: "order", order, ...said };
  if (inThread && !mentioned && isAssent(message.text)) return { kind: "assent", ...said };
  if (direct && inThread && isNod(message.text)) return { kind: "ignored", why: "a nod" };
  if (mentioned || direct) return { kind: "ask", bot: false, ...said };
  if (!inThread) return { kind: "ignored", why: "not addressed" };
  return amongPeople(message.text)
    ? { kind: "overheard", conversation }
    : { kind: "maybe", bot: false, ...said };
};

/** Another program is heard only where it names Steward at the top of a channel: in a thread two of them could go on for ever. */
const heardBot = (message: Message, workspace: string, bot: string): Heard => {
  const said = saidIn(message, workspace, bot);
  const meant = said.mentioned && !said.inThread && said.conversation.kind !== "dm";
  return meant ? { kind: "ask", bot: true, ...said } : { kind: "ignored", why: "bot" };
};

const heardChange = (event: unknown, workspace: string, bot: string): Heard => {
  const change = readChange(event);
  if (change === undefined || change.user === bot) return { kind: "ignored", why: "no change of a person's" };
  const { channel, channelType, ts, threadTs, user, text, before, editedAt = "" } = change;
  const type = z.enum(["im", "mpim", "channel", "group"]).optional().catch(undefined).parse(channelType);
  const place = { channel, channel_type: type, ts, thread_ts: threadTs };
  if (text === undefined) {
    const conversation = conversationOf(workspace, place);
    return { kind: "deleted", id: `${workspace}/${channel}/${ts}`, conversation, user };
  }
  const said = saidIn({ type: "message", ...place, user, text }, workspace, bot);
  return { kind: "edited", namedBefore: before.includes(`<@${bot}`), editedAt, ...said };
};
