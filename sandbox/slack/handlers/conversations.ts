import { SlackError } from "../slack-error.ts";
import { channelShape, messageShape } from "../shapes.ts";
import type { ChannelKind } from "../types.ts";
import { type ApiHandler, isMember, missingScope, readable, reachable, scopeOf } from "./context.ts";
import { paged, spanOf } from "./paging.ts";

export const replies: ApiHandler = (args, api) => {
  const conversation = readable(api, args.text("channel"), "history");
  if (!isMember(api, conversation)) throw new SlackError("channel_not_found");
  const parent = conversation.get(args.text("ts"));
  if (!parent) throw new SlackError("thread_not_found");
  const { includes } = spanOf(args);
  const within = conversation.replies(parent.ts).filter((reply) => includes(reply.ts));
  const page = paged([parent, ...within], args, 1000);
  return {
    messages: page.items.map((message) =>
      messageShape(api.workspace, conversation, message, args.flag("include_all_metadata")),
    ),
    has_more: page.cursor !== "",
    ...(page.cursor !== "" && { response_metadata: { next_cursor: page.cursor } }),
  };
};

export const history: ApiHandler = (args, api) => {
  const conversation = readable(api, args.text("channel"), "history");
  if (!isMember(api, conversation)) throw new SlackError("not_in_channel");
  const { includes, oldest, latest } = spanOf(args);
  const newestFirst = conversation
    .topLevel()
    .filter((message) => includes(message.ts))
    .reverse();
  const page = paged(newestFirst, args, 100);
  return {
    messages: page.items.map((message) =>
      messageShape(api.workspace, conversation, message, args.flag("include_all_metadata")),
    ),
    has_more: page.cursor !== "",
    oldest,
    ...(latest !== undefined && { latest }),
    pin_count: 0,
    channel_actions_ts: null,
    channel_actions_count: 0,
    ...(page.cursor !== "" && { response_metadata: { next_cursor: page.cursor } }),
  };
};

export const info: ApiHandler = (args, api) => {
  const { channel } = readable(api, args.text("channel"), "read");
  return { channel: channelShape(api.workspace, channel, args.flag("include_num_members")) };
};

export const members: ApiHandler = (args, api) => {
  const { channel } = readable(api, args.text("channel"), "read");
  const limit = args.number("limit");
  if (limit !== undefined && (limit < 1 || limit > 1000)) throw new SlackError("invalid_limit");
  const page = paged([...channel.members], args, 100);
  return { members: page.items, response_metadata: { next_cursor: page.cursor } };
};

const KINDS: Readonly<Record<string, ChannelKind>> = {
  public_channel: "public",
  private_channel: "private",
  im: "im",
  mpim: "mpim",
};

export const list: ApiHandler = (args, api) => {
  const limit = args.number("limit");
  if (limit !== undefined && (limit < 0 || limit > 1000)) throw new SlackError("invalid_limit");
  const kinds = (args.optional("types") || "public_channel").split(",").map((type) => KINDS[type.trim()]);
  for (const kind of kinds) {
    if (kind === undefined) throw new SlackError("invalid_types");
    const scope = scopeOf(kind, "read");
    if (!api.scopes.has(scope)) throw missingScope(api, scope);
  }
  const { botUserId } = api.workspace.seed.app;
  const seen = api.workspace
    .channels()
    .filter((channel) => !(args.flag("exclude_archived") && channel.archived === true))
    .filter(
      (channel) =>
        kinds.includes(channel.kind) && (channel.kind === "public" || channel.members.has(botUserId)),
    );
  const page = paged(seen, args, 100);
  return {
    channels: page.items.map((channel) => channelShape(api.workspace, channel, true)),
    response_metadata: { next_cursor: page.cursor },
  };
};

/** People of one group direct message, beside the bot. */
const GROUP_MAX = 8;

/** Direct messages with one person, or with several at once. */
export const open: ApiHandler = (args, api) => {
  const known = args.optional("channel");
  const users = (args.optional("users") ?? "").split(",").filter((user) => user !== "");
  const needed = users.length > 1 ? "mpim:write" : "im:write";
  if (!api.scopes.has(needed)) throw missingScope(api, needed);
  if (known === undefined && users.length === 0) throw new SlackError("users_list_not_supplied");
  if (users.length > GROUP_MAX) throw new SlackError("too_many_users");
  if (users.some((user) => !api.workspace.people.has(user))) throw new SlackError("user_not_found");
  const [user = ""] = users;
  const openNew = () => (users.length > 1 ? api.workspace.openGroup(users) : api.workspace.openIm(user));
  const opened = known === undefined ? openNew() : { channel: reachable(api, known).channel, fresh: false };
  const channel = args.flag("return_im")
    ? channelShape(api.workspace, opened.channel)
    : { id: opened.channel.id };
  return { ...(!opened.fresh && { no_op: true, already_open: true }), channel };
};
