import { SlackError } from "../slack-error.ts";
import { type Api, type ApiHandler, reachable } from "./context.ts";

export const add: ApiHandler = (args, api) => {
  const name = args.text("name");
  const react = target(api, args.text("channel"), args.text("timestamp"));
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new SlackError("invalid_name");
  if (!react(name, true)) throw new SlackError("already_reacted");
  return {};
};

export const remove: ApiHandler = (args, api) => {
  const id = args.optional("channel");
  const ts = args.optional("timestamp");
  if (id === undefined || ts === undefined) throw new SlackError("no_item_specified");
  if (!target(api, id, ts)(args.text("name"), false)) throw new SlackError("no_reaction");
  return {};
};

/** How the bot reacts to a message. */
function target(api: Api, channel: string, ts: string): (name: string, added: boolean) => boolean {
  if (!reachable(api, channel).get(ts)) throw new SlackError("message_not_found");
  const { botUserId } = api.workspace.seed.app;
  return (name, added) => api.workspace.react(channel, ts, { user: botUserId, name, added });
}
