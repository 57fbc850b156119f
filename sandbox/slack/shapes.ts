import type { Conversation } from "./conversation.ts";
import type { AppIdentity, Channel, Message, Person, Usergroup } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** The objects of Slack's replies and events, made from the state. Times are Unix seconds. */

type Shape = Record<string, unknown>;

/** Icons of the bot: the sandbox has no pictures. */
const ICONS = { image_36: "", image_48: "", image_72: "" };

const botProfile = (app: AppIdentity, team: string): Shape => ({
  id: app.botId,
  deleted: false,
  name: "steward",
  updated: 0,
  app_id: app.appId,
  user_id: app.botUserId,
  icons: ICONS,
  team_id: team,
});

/** A message as Slack shows it; metadata only where it is asked for. */
export function messageShape(
  workspace: Workspace,
  conversation: Conversation,
  message: Message,
  metadata = false,
): Shape {
  const { unfurl: _, metadata: attached, ...fields } = message;
  return {
    ...fields,
    ...(metadata && attached && { metadata: attached }),
    ...(message.bot_id && { bot_profile: botProfile(workspace.seed.app, message.team) }),
    ...threadFields(conversation, message),
  };
}

function threadFields(conversation: Conversation, message: Message): Shape {
  if (message.thread_ts !== message.ts) return {};
  const replies = conversation.replies(message.ts);
  const users = [...new Set(replies.map((reply) => reply.user))];
  const latest = replies.at(-1)?.ts;
  return {
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users,
    ...(latest !== undefined && { latest_reply: latest }),
    is_locked: false,
    subscribed: users.includes(message.user),
  };
}

/** A channel as the bot sees it. */
export function channelShape(workspace: Workspace, channel: Channel, members = false): Shape {
  const { id, kind, created, user } = channel;
  const common = {
    id,
    created,
    is_archived: false,
    is_im: kind === "im",
    is_org_shared: false,
    context_team_id: workspace.seed.team.id,
  };
  if (kind === "im") return { ...common, user, is_user_deleted: false, priority: 0 };
  const note = (value: string) => ({ value, creator: "", last_set: 0 });
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: kind === "public",
    is_group: kind === "private",
    is_mpim: false,
    is_private: kind === "private",
    is_general: channel.general === true,
    is_shared: false,
    is_ext_shared: false,
    is_member: channel.members.has(workspace.seed.app.botUserId),
    topic: note(channel.topic),
    purpose: note(channel.purpose),
    ...(members && { num_members: channel.members.size }),
  };
}

/** A person; the mail address only with the scope for it. */
export function personShape(person: Person, team: string, email: boolean): Shape {
  const [first, ...rest] = person.realName.split(" ");
  return {
    id: person.id,
    team_id: team,
    name: person.name,
    deleted: false,
    real_name: person.realName,
    tz: person.tz,
    tz_label: person.tzLabel,
    tz_offset: person.tzOffset,
    profile: {
      title: person.title,
      real_name: person.realName,
      real_name_normalized: person.realName,
      display_name: person.name,
      display_name_normalized: person.name,
      first_name: first,
      last_name: rest.join(" "),
      team,
      ...(email && person.email !== undefined && { email: person.email }),
    },
    is_admin: person.admin === true,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: person.restricted === true,
    is_ultra_restricted: false,
    is_bot: person.bot === true,
    is_app_user: false,
    updated: 0,
  };
}

export function usergroupShape(group: Usergroup, team: string, users: boolean, count: boolean): Shape {
  return {
    id: group.id,
    team_id: team,
    is_usergroup: true,
    name: group.name,
    handle: group.handle,
    description: "",
    is_external: false,
    date_create: 0,
    date_update: 0,
    date_delete: 0,
    prefs: { channels: [], groups: [] },
    ...(users && { users: group.users }),
    ...(count && { user_count: group.users.length }),
  };
}
