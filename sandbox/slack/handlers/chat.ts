import { SlackError } from "../slack-error.ts";
import { messageShape } from "../shapes.ts";
import type { Message } from "../types.ts";
import { type ApiHandler, ownMessage, postable, reachable, threadOf } from "./context.ts";
import { contentOf } from "./content.ts";

/** Text of an edited message, characters. */
const UPDATE_TEXT_MAX = 4_000;
const EPHEMERAL_TEXT_MAX = 40_000;

export const postMessage: ApiHandler = (args, api) => {
  const conversation = postable(api, args.text("channel"));
  const content = contentOf(args, "msg_blocks_too_long");
  const thread_ts = threadOf(conversation, args.optional("thread_ts"));
  const username = args.optional("username");
  const message = api.workspace.post(conversation.channel.id, {
    user: api.workspace.seed.app.botUserId,
    text: content.text ?? "",
    broadcast: args.flag("reply_broadcast"),
    // Links are previewed for bots only when asked; media are unless refused.
    unfurl: { links: args.choice("unfurl_links") ?? false, media: args.choice("unfurl_media") ?? true },
    ...(content.blocks && { blocks: content.blocks }),
    ...(content.attachments && { attachments: content.attachments }),
    ...(content.metadata !== undefined && content.metadata !== "clear" && { metadata: content.metadata }),
    ...(thread_ts !== undefined && { thread_ts }),
    ...(username !== undefined && { username }),
  });
  return {
    channel: conversation.channel.id,
    ts: message.ts,
    message: messageShape(api.workspace, conversation, message, true),
  };
};

export const update: ApiHandler = (args, api) => {
  const conversation = reachable(api, args.text("channel"));
  const { id } = conversation.channel;
  const previous = ownMessage(api, conversation, args.text("ts"), "cant_update_message");
  if (previous.streaming_state === "in_progress") throw new SlackError("streaming_state_conflict");
  const content = contentOf(args, "msg_too_long", UPDATE_TEXT_MAX);
  // Parts that are left out stay as they were; an empty list or object removes them.
  const parts: Partial<Message> = {
    text: content.text ?? previous.text,
    ...(content.blocks && { blocks: content.blocks }),
    ...(content.attachments && { attachments: content.attachments }),
    ...(content.metadata !== undefined && content.metadata !== "clear" && { metadata: content.metadata }),
  };
  const gone = content.metadata === "clear" ? ["metadata" as const] : [];
  const message = api.workspace.edit(id, previous.ts, api.workspace.seed.app.botUserId, parts, gone);
  return {
    channel: id,
    ts: message.ts,
    text: message.text,
    message: messageShape(api.workspace, conversation, message, true),
  };
};

export const remove: ApiHandler = (args, api) => {
  const conversation = reachable(api, args.text("channel"));
  const { ts } = ownMessage(api, conversation, args.text("ts"), "cant_delete_message");
  api.workspace.remove(conversation.channel.id, ts);
  return { channel: conversation.channel.id, ts };
};

export const postEphemeral: ApiHandler = (args, api) => {
  const conversation = postable(api, args.text("channel"));
  const user = args.text("user");
  if (!conversation.channel.members.has(user)) throw new SlackError("user_not_in_channel");
  const content = contentOf(args, "msg_too_long", EPHEMERAL_TEXT_MAX);
  const thread_ts = threadOf(conversation, args.optional("thread_ts"));
  const { ts } = api.workspace.ephemerals.post({
    channel: conversation.channel.id,
    user,
    text: content.text ?? "",
    ...(content.blocks && { blocks: content.blocks }),
    ...(thread_ts !== undefined && { thread_ts }),
  });
  return { message_ts: ts };
};

export const getPermalink: ApiHandler = (args, api) => {
  const channel = args.text("channel");
  const message = reachable(api, channel).get(args.text("message_ts"));
  if (!message) throw new SlackError("message_not_found");
  const inThread = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  const query = inThread ? `?thread_ts=${message.thread_ts}&cid=${channel}` : "";
  return {
    channel,
    permalink: `${api.workspaceUrl}archives/${channel}/p${message.ts.replace(".", "")}${query}`,
  };
};
