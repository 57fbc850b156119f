import type { Conversation } from "./conversation.ts";
import { fileShape } from "./file-store.ts";
import type { Channel, Message, Person, Usergroup } from "./types.ts";
import type { Workspace } from "./workspace.ts";

/** The objects of Slack's replies and events, made from the state. Times are Unix seconds. */

type Shape = Record<string, unknown>;

/** Icons of the bot: the sandbox has no pictures. */
const ICONS = { image_36: "", image_48: "", image_72: "" };

const botProfile = ({ seed }: Workspace, botId: string, team: string): Shape => {
  const other = seed.bots.find((bot) => bot.botId === botId);
  return {
    id: botId,
    deleted: false,
    name: other?.name ?? "steward",
    updated: 0,
    app_id: other?.appId ?? seed.app.appId,
    user_id: other?.userId ?? seed.app.botUserId,
    icons: ICONS,
    team_id: team,
  };
};

/** A message as Slack shows it; metadata only where it is asked for. */
export function messageShape(
  workspace: Workspace,
  conversation: Conversation,
  message: Message,
  metadata = false,
): Shape {
  const { unfurl: _, metadata: attached, user, files, ...fields } = message;
  return {
    ...fields,
    // A bot without a user of its own, in the old form.
    ...(message.subtype !== "bot_message" && { user }),
    ...(metadata && attached && { metadata: attached }),
    ...(files && { files: files.map((id) => fileOf(workspace, id)), upload: false, display_as_bot: false }),
    ...(message.bot_id && { bot_profile: botProfile(workspace, message.bot_id, message.team) }),
    ...threadFields(conversation, message),
  };
}

/** A file within a message: where else it is shared is not said. */
function fileOf(workspace: Workspace, id: string): Shape {
  const file = workspace.files.get(id);
  if (!file) return { id, mode: "tombstone" };
  const {
    channels: _,
    groups: __,
    ims: ___,
    ...shape
  } = fileShape(file, workspace.seed.team.id, workspace.url());
  return shape;
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
  const { id, kind, created, user, creator } = channel;
  const external = channel.external === true;
  const common = {
    id,
    created,
    is_archived: channel.archived === true,
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
    ...(creator !== undefined && { creator }),
    is_channel: kind === "public",
    is_group: kind !== "public",
    is_mpim: kind === "mpim",
    is_private: kind !== "public",
    is_general: channel.general === true,
    is_shared: external,
    is_ext_shared: external,
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
    team_id: person.foreignTeam ?? team,
    name: person.name,
    deleted: person.deleted === true,
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
    is_restricted: person.restricted === true || person.ultraRestricted === true,
    is_ultra_restricted: person.ultraRestricted === true,
    ...(person.foreignTeam !== undefined && { is_stranger: true }),
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
