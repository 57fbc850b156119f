import { SlackError } from "../slack-error.ts";
import type { Message } from "../types.ts";
import { type Api, type ApiHandler, reachable } from "./context.ts";

export const add: ApiHandler = (args, api) => {
  const { channel, message } = target(api, args.text("channel"), args.text("timestamp"));
  const name = args.text("name");
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new SlackError("invalid_name");
  const { botUserId } = api.workspace.seed.app;
  const before = message.reactions ?? [];
  const known = before.find((reaction) => reaction.name === name);
  if (known?.users.includes(botUserId)) throw new SlackError("already_reacted");
  const users = [...(known?.users ?? []), botUserId];
  const others = before.filter((reaction) => reaction.name !== name);
  api.workspace.setReactions(channel, message.ts, [...others, { name, users, count: users.length }]);
  return {};
};

export const remove: ApiHandler = (args, api) => {
  const id = args.optional("channel");
  const ts = args.optional("timestamp");
  if (id === undefined || ts === undefined) throw new SlackError("no_item_specified");
  const { channel, message } = target(api, id, ts);
  const { botUserId } = api.workspace.seed.app;
  const before = message.reactions ?? [];
  const known = before.find((reaction) => reaction.name === args.text("name"));
  if (!known?.users.includes(botUserId)) throw new SlackError("no_reaction");
  const users = known.users.filter((user) => user !== botUserId);
  const left = users.length > 0 ? [{ name: known.name, users, count: users.length }] : [];
  api.workspace.setReactions(channel, message.ts, [
    ...before.filter((reaction) => reaction !== known),
    ...left,
  ]);
  return {};
};

function target(api: Api, channel: string, ts: string): { channel: string; message: Message } {
  const message = reachable(api, channel).get(ts);
  if (!message) throw new SlackError("message_not_found");
  return { channel, message };
}
