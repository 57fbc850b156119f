import { SlackError } from "../slack-error.ts";
import type { Message } from "../types.ts";
import type { Api, ApiHandler } from "./context.ts";
import { paged } from "./paging.ts";

const PAGE = 20;
const QUERY_MAX = 500;

/** Messages that hold all words of the query, as far as the asking person may see them: newest first. */
export const context: ApiHandler = (args, api) => {
  const query = args.text("query");
  if (query.length > QUERY_MAX) throw new SlackError("query_too_long");
  const asker = api.workspace.askerOf(args.optional("action_token") ?? "");
  if (asker === undefined) throw new SlackError("invalid_action_token");
  const bots = args.flag("include_bots");
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = searchable(api, asker)
    .flatMap(({ channel, all }) => all.map((message) => ({ channel, message })))
    .filter(({ message }) => within(args, message) && (bots || message.bot_id === undefined))
    .filter(({ message }) => words.every((word) => message.text.toLowerCase().includes(word)))
    .toSorted((a, b) => Number(b.message.ts) - Number(a.message.ts));
  const page = paged(found, args, PAGE);
  return {
    results: { messages: page.items.map(({ channel, message }) => result(api, channel, message)) },
    response_metadata: { next_cursor: page.cursor },
  };
};

/** Seconds, both optional. */
function within(args: Parameters<ApiHandler>[0], { ts }: Message): boolean {
  const after = args.number("after");
  const before = args.number("before");
  return (after === undefined || Number(ts) >= after) && (before === undefined || Number(ts) <= before);
}

/** A bot finds what stands in public channels, and only on behalf of one who may look into them. */
const searchable = ({ workspace }: Api, asker: string) =>
  workspace
    .channels()
    .filter(
      (channel) => channel.kind === "public" && channel.archived !== true && workspace.maySee(asker, channel),
    )
    .map((channel) => ({ channel: channel.id, all: workspace.need(channel.id).all() }));

function result(
  { workspace, workspaceUrl }: Api,
  channel: string,
  message: Message,
): Record<string, unknown> {
  return {
    author_name: workspace.people.get(message.user)?.realName ?? "",
    author_user_id: message.user,
    team_id: message.team,
    channel_id: channel,
    channel_name: workspace.need(channel).channel.name,
    message_ts: message.ts,
    content: message.text,
    is_author_bot: message.bot_id !== undefined,
    permalink: `${workspaceUrl}archives/${channel}/p${message.ts.replace(".", "")}`,
  };
}
