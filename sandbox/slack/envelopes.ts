import { randomBytes } from "node:crypto";
import { messageShape } from "./shapes.ts";
import type { Change, Channel, Message } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** An Events API event before it is put into its envelope. */
export interface SlackEvent {
  readonly type: string;
  /** Events on an item (reactions) name the channel there. */
  readonly channel?: string;
  readonly event_ts: string;
  readonly [field: string]: unknown;
}

const CHANNEL_TYPES = { public: "channel", private: "group", im: "im", mpim: "mpim" } as const;
const SUBSCRIPTIONS = {
  public: "message.channels",
  private: "message.groups",
  im: "message.im",
  mpim: "message.mpim",
} as const;

/** The subscription that messages of a channel fall under. */
export const messageSubscription = (channel: Channel): string => SUBSCRIPTIONS[channel.kind];

const typeOf = (channel: Channel) => ({ channel: channel.id, channel_type: CHANNEL_TYPES[channel.kind] });

/**
 * The `message` events of a change; none where Slack sends none. The bot's own posts and edits come too, with its
 * bot_id, and a reply comes with its parent's new count, as a change of the parent.
 */
export function messageEvents(workspace: Workspace, change: Change): SlackEvent[] {
  const conversation = workspace.conversation(change.channel);
  if (!conversation) return [];
  const place = typeOf(conversation.channel);
  const shape = (message: Message) => messageShape(workspace, conversation, message);
  switch (change.type) {
    case "message.posted": {
      const posted = {
        ...shape(change.message),
        ...asked(workspace, conversation.channel, change.message),
        ...place,
        type: "message",
        event_ts: change.message.ts,
      };
      if (!change.parent) return [posted];
      const parent = shape(change.parent);
      const before = { ...parent, reply_count: Number(parent["reply_count"]) - 1 };
      return [broadcasted(posted, parent), changedEvent(place, parent, before, change.message.ts)];
    }
    case "message.changed":
      return [
        changedEvent(
          place,
          shape(change.message),
          shape(change.previous),
          change.message.edited?.ts ?? change.message.ts,
        ),
      ];
    case "message.deleted": {
      const event_ts = `${change.previous.ts.slice(0, -1)}9`;
      const previous_message = shape(change.previous);
      const fields = {
        type: "message",
        subtype: "message_deleted",
        hidden: true,
        deleted_ts: change.previous.ts,
      };
      return [{ ...fields, ...place, previous_message, ts: event_ts, event_ts }];
    }
    default:
      return [];
  }
}

/** A reply that is also sent to the channel brings its whole parent instead of the parent's author. */
function broadcasted(event: SlackEvent, root: Record<string, unknown>): SlackEvent {
  if (event["subtype"] !== "thread_broadcast") return event;
  const { parent_user_id: _parent, team: _team, ...rest } = event;
  return { ...rest, type: event.type, event_ts: event.event_ts, root };
}

/** What comes with a person's words alone: the right to search for them, and, in an im, what they are looking at. */
function asked(workspace: Workspace, channel: Channel, { user, bot_id }: Message): Record<string, unknown> {
  if (bot_id !== undefined) return {};
  const viewed = channel.kind === "im" ? workspace.viewed.get(user) : undefined;
  return {
    assistant_thread: { action_token: workspace.actionToken(user) },
    ...(viewed && { app_context: { entities: viewed } }),
  };
}

function changedEvent(
  place: { channel: string; channel_type: string },
  message: object,
  previous_message: object,
  event_ts: string,
): SlackEvent {
  return {
    type: "message",
    subtype: "message_changed",
    hidden: true,
    ...place,
    message,
    previous_message,
    ts: event_ts,
    event_ts,
  };
}

/** The second event of a message that names the bot in a channel. It has no channel_type; there is none in an im. */
export function mentionEvent(workspace: Workspace, change: Change): SlackEvent | undefined {
  if (change.type !== "message.posted" || change.message.bot_id === workspace.seed.app.botId)
    return undefined;
  const conversation = workspace.conversation(change.channel);
  const named = change.message.text.includes(`<@${workspace.seed.app.botUserId}>`);
  if (!named || !conversation || conversation.channel.kind === "im") return undefined;
  const { parent_user_id: _, ...shape } = messageShape(workspace, conversation, change.message);
  const more = asked(workspace, conversation.channel, change.message);
  return { ...shape, ...more, type: "app_mention", channel: change.channel, event_ts: change.message.ts };
}

/** Someone put a reaction to a message, or took theirs away; the bot's own come too. */
export function reactionEvent(change: Change, event_ts: string): SlackEvent | undefined {
  if (change.type !== "reaction.changed") return undefined;
  const { channel, ts, by, author } = change;
  return {
    type: by.added ? "reaction_added" : "reaction_removed",
    user: by.user,
    reaction: by.name,
    item: { type: "message", channel, ts },
    item_user: author,
    event_ts,
  };
}

/** Someone opened the app: its messages, or its home with the view that is published there. */
export const homeEvent = (
  channel: string,
  user: string,
  tab: "home" | "messages",
  event_ts: string,
  view: Readonly<Record<string, unknown>> | undefined,
): SlackEvent => ({
  type: "app_home_opened",
  user,
  channel,
  tab,
  event_ts,
  ...(view && { view }),
});

/** An event in its envelope, ready to send: `event_id` is its identity, the same for every delivery. */
export function envelopeOf(
  workspace: Workspace,
  event: SlackEvent,
  seconds: number,
): { event_id: string } & Record<string, unknown> {
  const { team, app } = workspace.seed;
  return {
    token: "sandbox",
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: app.appId,
    event,
    type: "event_callback",
    event_id: `Ev0${randomBytes(6).toString("hex").toUpperCase()}`,
    event_time: seconds,
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: workspace.conversation(event.channel ?? "")?.channel.external === true,
    event_context: `4-${randomBytes(9).toString("hex")}`,
  };
}
