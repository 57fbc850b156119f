import { channelShape, messageShape } from "./shapes.ts";
import type { Change, Channel, Message, Person } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** Messages of a channel that a page is given at once, top-level ones. */
const MESSAGES_SHOWN = 200;

const personView = ({ id, name, realName, title, email, tz, admin, restricted, bot }: Person) => ({
  id,
  name,
  real_name: realName,
  title,
  email,
  tz,
  admin: admin === true,
  guest: restricted === true,
  bot: bot === true,
});

/** The workspace as one person sees it (left out: everything). */
export function workspaceView(workspace: Workspace, as?: string) {
  const { team, app } = workspace.seed;
  const seen = workspace.channels().filter((channel) => as === undefined || workspace.maySee(as, channel));
  return {
    team,
    bot: { id: app.botUserId, bot_id: app.botId, app_id: app.appId },
    people: [...workspace.people.values()].map(personView),
    usergroups: workspace.usergroups,
    channels: seen.map((channel) => channelView(workspace, channel, as)),
  };
}

function channelView(workspace: Workspace, channel: Channel, as: string | undefined) {
  return {
    ...channelShape(workspace, channel),
    kind: channel.kind,
    name: channel.name,
    members: [...channel.members],
    is_mine: as === undefined || channel.members.has(as),
    unread: as === undefined ? 0 : workspace.unread(channel.id, as),
  };
}

/** One channel as a person sees it: its messages with their threads, what is shown to them alone, statuses. */
export function channelContents(workspace: Workspace, channelId: string, as?: string) {
  const conversation = workspace.need(channelId);
  const shape = (message: Message) => ({
    ...messageShape(workspace, conversation, asSeen(workspace, channelId, message, as), true),
    channel: channelId,
  });
  const top = conversation.topLevel().slice(-MESSAGES_SHOWN);
  const threads = top.filter((message) => message.thread_ts === message.ts);
  const titled = top.flatMap(({ ts }) => {
    const title = workspace.titles.get(`${channelId}:${ts}`);
    return title === undefined ? [] : [[ts, title] as const];
  });
  return {
    id: channelId,
    messages: top.map(shape),
    threads: Object.fromEntries(threads.map(({ ts }) => [ts, conversation.replies(ts).map(shape)])),
    ephemerals: workspace.ephemerals.list(channelId, as),
    statuses: workspace.statuses.list(channelId),
    sessions: workspace.sessions.list().filter(({ channel }) => channel === channelId),
    titles: Object.fromEntries(titled),
    prompts: workspace.prompts.get(channelId) ?? null,
  };
}

/** A message as one person sees it: of a stream that is not for them, how it began. */
function asSeen(workspace: Workspace, channel: string, message: Message, as: string | undefined): Message {
  if (message.streaming_state !== "in_progress" || as === undefined) return message;
  const stream = workspace.streams.get(channel, message.ts);
  if (stream?.recipient === undefined || stream.recipient === as) return message;
  return { ...message, ...stream.first };
}

/** A change as the page is told it: messages in Slack's shape. */
export function changeView(workspace: Workspace, change: Change): Record<string, unknown> {
  const conversation = workspace.conversation(change.channel);
  if (!conversation || !("message" in change)) return { ...change };
  const shape = (message: Message) => messageShape(workspace, conversation, message, true);
  const parent = change.type === "message.posted" ? change.parent : undefined;
  const { type, channel, message } = change;
  const user = change.type === "stream.changed" && change.user !== undefined && { user: change.user };
  return { type, channel, ...user, message: shape(message), ...(parent && { parent: shape(parent) }) };
}

/** Whether a person may be told of a change. */
export function maySeeChange(workspace: Workspace, as: string, data: unknown): boolean {
  const { type, channel, user } = data as { type?: string; channel?: string; user?: string };
  if (channel === undefined) return true;
  if (type === "view.changed") return user === as;
  const found = workspace.conversation(channel)?.channel;
  if (!found || !workspace.maySee(as, found)) return false;
  const personal = type?.startsWith("ephemeral.") === true || type === "channel.read";
  const streamed = type === "stream.changed" && user !== undefined;
  return !(personal || streamed) || user === as;
}
