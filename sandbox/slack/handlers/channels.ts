import { SlackError } from "../slack-error.ts";
import { channelShape } from "../shapes.ts";
import { type Api, type ApiHandler, isMember, missingScope, reachable } from "./context.ts";

const NAME_MAX = 80;
const TOPIC_MAX = 250;
/** Slack takes at most so many people in one call. */
const INVITED_MAX = 100;

function need(api: Api, scope: string): void {
  if (!api.scopes.has(scope)) throw missingScope(api, scope);
}

/** The refusal of a name, as Slack words it. */
function nameFault(name: string): string | undefined {
  if (name.trim() === "") return "invalid_name_required";
  if (name.length > NAME_MAX) return "invalid_name_maxlength";
  if (!/[\p{L}\p{N}]/u.test(name)) return "invalid_name_punctuation";
  return /^[\p{Ll}\p{Lo}\p{N}_-]+$/u.test(name) ? undefined : "invalid_name_specials";
}

/** A new channel with the bot in it. */
export const create: ApiHandler = (args, api) => {
  const closed = args.flag("is_private");
  need(api, closed ? "groups:write" : "channels:manage");
  const name = args.text("name");
  const fault = nameFault(name);
  if (fault !== undefined) throw new SlackError(fault);
  if (api.workspace.channels().some((channel) => channel.name === name)) throw new SlackError("name_taken");
  const channel = api.workspace.newChannel(name, closed ? "private" : "public");
  return { channel: channelShape(api.workspace, channel) };
};

/** The channel that the bot may change: one it is in, and that is still in use. */
function changeable(api: Api, id: string) {
  const conversation = reachable(api, id);
  const { channel } = conversation;
  if (channel.kind === "im" || channel.kind === "mpim")
    throw new SlackError("method_not_supported_for_channel_type");
  need(api, channel.kind === "private" ? "groups:write" : "channels:manage");
  if (!isMember(api, conversation)) throw new SlackError("not_in_channel");
  if (channel.archived === true) throw new SlackError("is_archived");
  return channel;
}

/** All of them or, as in Slack without `force`, none. */
export const invite: ApiHandler = (args, api) => {
  const channel = changeable(api, args.text("channel"));
  const users = args.text("users").split(",").filter(Boolean);
  if (users.length === 0 || users.length > INVITED_MAX) throw new SlackError("no_user");
  for (const user of users) {
    if (user === api.workspace.seed.app.botUserId) throw new SlackError("cant_invite_self");
    const person = api.workspace.people.get(user);
    if (person === undefined) throw new SlackError("user_not_found");
    if (person.restricted === true) throw new SlackError("user_is_restricted");
    if (channel.members.has(user)) throw new SlackError("already_in_channel");
  }
  for (const user of users) api.workspace.setMember(channel.id, user, true);
  return { channel: channelShape(api.workspace, channel) };
};

export const setTopic: ApiHandler = (args, api) => {
  const channel = changeable(api, args.text("channel"));
  const topic = args.text("topic");
  if (topic.length > TOPIC_MAX) throw new SlackError("too_long");
  return { channel: channelShape(api.workspace, api.workspace.changeChannel(channel.id, { topic })) };
};

export const archive: ApiHandler = (args, api) => {
  const { channel } = reachable(api, args.text("channel"));
  if (channel.archived === true) throw new SlackError("already_archived");
  const { id, general } = changeable(api, channel.id);
  if (general === true) throw new SlackError("cant_archive_general");
  api.workspace.changeChannel(id, { archived: true });
  return {};
};
