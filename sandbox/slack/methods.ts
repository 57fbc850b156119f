/** How an argument arrives: as text in a form, as itself in a JSON body. `json`: an object or list, in a form as JSON text. */
export type ArgumentType = "string" | "boolean" | "number" | "json";

/** Calls a minute: tiers 1 to 4 allow 1, 20, 50, 100; `special` methods have their own rule in rate.ts. */
export type Tier = 1 | 2 | 3 | 4 | "special";

/** What a Web API method takes and how it may refuse. `token` and `team_id` are taken by all. */
export interface Method {
  readonly required: Readonly<Record<string, ArgumentType>>;
  readonly optional: Readonly<Record<string, ArgumentType>>;
  /** The bot scopes of which one is needed; which one may depend on the kind of channel (handlers/access.ts). */
  readonly scopes: readonly string[];
  readonly tier: Tier;
  /** Slack reads a JSON body of this method; of others it reads forms alone. */
  readonly json: boolean;
  /** The errors of its own that the simulator answers; those of every method stand in COMMON_ERRORS. */
  readonly errors: readonly string[];
}

/** Any method may answer these. */
export const COMMON_ERRORS = [
  "not_authed",
  "invalid_auth",
  "missing_scope",
  "invalid_arguments",
  "ratelimited",
] as const;

const s = "string" as const;
const b = "boolean" as const;
const n = "number" as const;
const j = "json" as const;

const history = ["groups:history", "im:history", "mpim:history", "channels:history"];
const read = ["groups:read", "im:read", "mpim:read", "channels:read"];
const content = {
  attachments: j,
  blocks: j,
  link_names: b,
  markdown_text: s,
  metadata: j,
  parse: s,
  text: s,
};
const look = { icon_emoji: s, icon_url: s, username: s };
const contentErrors = [
  "invalid_blocks",
  "invalid_blocks_format",
  "markdown_text_conflict",
  "no_text",
  "too_many_attachments",
];
const streamed = { markdown_text: s, chunks: j };
const streamErrors = [
  "cannot_provide_both_markdown_text_and_chunks",
  "invalid_chunks",
  "invalid_blocks",
  "msg_too_long",
  "msg_blocks_too_long",
  "msg_blocks_too_many",
];
/** Of the calls on a stream that there is. */
const streamStates = [
  "channel_not_found",
  "message_not_found",
  "message_not_owned_by_app",
  "message_not_in_streaming_state",
];
const metadataErrors = ["invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large"];

/**
 * The Web API methods in use. Arguments, scopes, tiers and error codes as Slack's reference gives them (2026-08);
 * a test compares this table with that reference. A method that is not here is answered `unknown_method`.
 */
export const METHODS = {
  "auth.test": { required: {}, optional: {}, scopes: [], tier: "special", json: true, errors: [] },
  "chat.postMessage": {
    required: { channel: s },
    optional: {
      ...content,
      ...look,
      mrkdwn: b,
      reply_broadcast: b,
      thread_ts: s,
      unfurl_links: b,
      unfurl_media: b,
    },
    scopes: ["chat:write"],
    tier: "special",
    json: true,
    errors: [
      ...contentErrors,
      ...metadataErrors,
      "msg_blocks_too_long",
      "channel_not_found",
      "not_in_channel",
      "cannot_reply_to_message",
    ],
  },
  "chat.update": {
    required: { channel: s, ts: s },
    optional: { ...content, reply_broadcast: b },
    scopes: ["chat:write"],
    tier: 3,
    json: true,
    errors: [
      ...contentErrors,
      ...metadataErrors,
      "msg_too_long",
      "channel_not_found",
      "message_not_found",
      "cant_update_message",
      "streaming_state_conflict",
    ],
  },
  "chat.delete": {
    required: { channel: s, ts: s },
    optional: {},
    scopes: ["chat:write"],
    tier: 3,
    json: true,
    errors: ["channel_not_found", "message_not_found", "cant_delete_message"],
  },
  "chat.postEphemeral": {
    required: { channel: s, user: s },
    optional: { ...content, ...look, thread_ts: s },
    scopes: ["chat:write"],
    tier: 4,
    json: true,
    errors: [
      ...contentErrors,
      "msg_too_long",
      "channel_not_found",
      "not_in_channel",
      "user_not_in_channel",
      "cannot_reply_to_message",
    ],
  },
  "chat.getPermalink": {
    required: { channel: s, message_ts: s },
    optional: {},
    scopes: [],
    tier: "special",
    json: false,
    errors: ["channel_not_found", "message_not_found"],
  },
  "conversations.replies": {
    required: { channel: s, ts: s },
    optional: { cursor: s, include_all_metadata: b, inclusive: b, latest: s, limit: n, oldest: s },
    scopes: history,
    tier: 3,
    json: false,
    errors: [
      "channel_not_found",
      "thread_not_found",
      "invalid_cursor",
      "invalid_ts_latest",
      "invalid_ts_oldest",
    ],
  },
  "conversations.history": {
    required: { channel: s },
    optional: { cursor: s, include_all_metadata: b, inclusive: b, latest: s, limit: n, oldest: s },
    scopes: history,
    tier: 3,
    json: true,
    errors: [
      "channel_not_found",
      "not_in_channel",
      "invalid_cursor",
      "invalid_ts_latest",
      "invalid_ts_oldest",
    ],
  },
  "conversations.info": {
    required: { channel: s },
    optional: { include_locale: b, include_num_members: b },
    scopes: read,
    tier: 3,
    json: false,
    errors: ["channel_not_found"],
  },
  "conversations.open": {
    required: {},
    optional: { channel: s, return_im: b, users: s, prevent_creation: b },
    scopes: ["channels:manage", "groups:write", "im:write", "mpim:write"],
    tier: 3,
    json: true,
    errors: ["channel_not_found", "user_not_found", "users_list_not_supplied", "too_many_users"],
  },
  "conversations.members": {
    required: { channel: s },
    optional: { cursor: s, limit: n },
    scopes: read,
    tier: 4,
    json: false,
    errors: ["channel_not_found", "invalid_cursor", "invalid_limit"],
  },
  "conversations.list": {
    required: {},
    optional: { cursor: s, exclude_archived: b, limit: n, team_id: s, types: s },
    scopes: read,
    tier: 2,
    json: false,
    errors: ["invalid_cursor", "invalid_limit", "invalid_types"],
  },
  "conversations.create": {
    required: { name: s },
    optional: { is_private: b, team_id: s },
    scopes: ["groups:write", "im:write", "mpim:write", "channels:write", "channels:manage"],
    tier: 2,
    json: true,
    errors: [
      "name_taken",
      "invalid_name_required",
      "invalid_name_maxlength",
      "invalid_name_punctuation",
      "invalid_name_specials",
    ],
  },
  "conversations.invite": {
    required: { channel: s, users: s },
    optional: { force: b },
    scopes: [
      "channels:write.invites",
      "groups:write.invites",
      "channels:manage",
      "groups:write",
      "im:write",
      "mpim:write",
    ],
    tier: 3,
    json: true,
    errors: [
      "already_in_channel",
      "cant_invite_self",
      "channel_not_found",
      "is_archived",
      "method_not_supported_for_channel_type",
      "no_user",
      "not_in_channel",
      "user_is_restricted",
      "user_not_found",
    ],
  },
  "conversations.setTopic": {
    required: { channel: s, topic: s },
    optional: {},
    scopes: [
      "channels:write.topic",
      "groups:write.topic",
      "mpim:write.topic",
      "im:write.topic",
      "channels:manage",
      "groups:write",
      "im:write",
      "mpim:write",
    ],
    tier: 2,
    json: true,
    errors: [
      "channel_not_found",
      "is_archived",
      "method_not_supported_for_channel_type",
      "not_in_channel",
      "too_long",
    ],
  },
  "conversations.archive": {
    required: { channel: s },
    optional: {},
    scopes: ["channels:manage", "groups:write", "im:write", "mpim:write"],
    tier: 2,
    json: true,
    errors: [
      "already_archived",
      "cant_archive_general",
      "channel_not_found",
      "method_not_supported_for_channel_type",
      "not_in_channel",
    ],
  },
  "users.info": {
    required: { user: s },
    optional: { include_locale: b },
    scopes: ["users:read"],
    tier: 4,
    json: false,
    errors: ["user_not_found"],
  },
  "users.list": {
    required: {},
    optional: { cursor: s, include_locale: b, limit: n, team_id: s },
    scopes: ["users:read"],
    tier: 2,
    json: false,
    errors: ["invalid_cursor"],
  },
  "users.lookupByEmail": {
    required: { email: s },
    optional: {},
    scopes: ["users:read.email"],
    tier: 3,
    json: false,
    errors: ["users_not_found"],
  },
  "usergroups.list": {
    required: {},
    optional: { include_count: b, include_disabled: b, include_users: b, team_id: s },
    scopes: ["usergroups:read"],
    tier: 2,
    json: false,
    errors: [],
  },
  "usergroups.users.list": {
    required: { usergroup: s },
    optional: { include_disabled: b, team_id: s },
    scopes: ["usergroups:read"],
    tier: 2,
    json: false,
    errors: ["no_such_subteam"],
  },
  "assistant.threads.setStatus": {
    required: { channel_id: s, thread_ts: s, status: s },
    optional: { loading_messages: j, ...look },
    scopes: ["chat:write"],
    tier: "special",
    json: true,
    errors: ["channel_not_found", "invalid_thread_ts"],
  },
  "assistant.threads.setTitle": {
    required: { channel_id: s, thread_ts: s, title: s },
    optional: {},
    scopes: ["assistant:write"],
    tier: 4,
    json: true,
    errors: ["channel_not_found", "invalid_thread_ts"],
  },
  "assistant.threads.setSuggestedPrompts": {
    required: { channel_id: s, prompts: j },
    optional: { thread_ts: s, title: s },
    scopes: ["assistant:write"],
    tier: 4,
    json: true,
    errors: ["channel_not_found", "invalid_thread_ts"],
  },
  "chat.startStream": {
    required: { channel: s },
    optional: {
      ...streamed,
      ...look,
      thread_ts: s,
      recipient_user_id: s,
      recipient_team_id: s,
      task_display_mode: s,
    },
    scopes: ["chat:write"],
    tier: 2,
    json: true,
    errors: [
      ...streamErrors,
      "channel_not_found",
      "not_in_channel",
      "user_not_found",
      "missing_recipient_user_id",
      "missing_recipient_team_id",
      "messaging_processing_failed",
    ],
  },
  "chat.appendStream": {
    required: { channel: s, ts: s },
    optional: streamed,
    scopes: ["chat:write"],
    tier: 4,
    json: true,
    errors: [...streamErrors, ...streamStates, "markdown_text_or_chunks_required", "stopped_by_user"],
  },
  "chat.stopStream": {
    required: { channel: s, ts: s },
    optional: { ...streamed, blocks: j, metadata: j, session_status: s },
    scopes: ["chat:write"],
    tier: 2,
    json: true,
    errors: [...streamErrors, ...streamStates, ...metadataErrors],
  },
  "agents.sessions.setStatus": {
    required: { channel_id: s, status: s },
    optional: { ...look, thread_ts: s, title: s, initiator_user_id: s },
    scopes: ["chat:write"],
    tier: 3,
    json: true,
    errors: ["channel_not_found", "user_not_found", "not_authorized", "invalid_status", "thread_ts_required"],
  },
  "agents.sessions.rename": {
    required: { channel_id: s, title: s },
    optional: { thread_ts: s },
    scopes: ["chat:write"],
    tier: 3,
    json: true,
    errors: [
      "channel_not_found",
      "not_authorized",
      "session_not_found",
      "thread_ts_required",
      "invalid_name",
    ],
  },
  "assistant.search.context": {
    required: { query: s },
    optional: {
      ...{ action_token: s, channel_types: j, content_types: j, include_bots: b, before: n, after: n },
      ...{ cursor: s, limit: n, sort: s, sort_dir: s },
    },
    scopes: ["search:read.public", "search:read.files", "search:read.users"],
    tier: "special",
    json: true,
    errors: ["query_too_long", "invalid_action_token", "invalid_cursor"],
  },
  "dnd.info": {
    required: {},
    optional: { user: s, team_id: s },
    scopes: ["dnd:read"],
    tier: 3,
    json: false,
    errors: ["user_not_found"],
  },
  "users.getPresence": {
    required: {},
    optional: { user: s },
    scopes: ["users:read"],
    tier: 3,
    json: false,
    errors: [],
  },
  "reactions.add": {
    required: { channel: s, name: s, timestamp: s },
    optional: {},
    scopes: ["reactions:write"],
    tier: 3,
    json: true,
    errors: ["channel_not_found", "message_not_found", "already_reacted", "invalid_name"],
  },
  "reactions.remove": {
    required: { name: s },
    optional: { channel: s, timestamp: s },
    scopes: ["reactions:write"],
    tier: 2,
    json: true,
    errors: ["channel_not_found", "message_not_found", "no_item_specified", "no_reaction"],
  },
  "team.info": {
    required: {},
    optional: { team: s },
    scopes: ["team:read"],
    tier: 3,
    json: true,
    errors: ["team_not_found"],
  },
  "files.info": {
    required: { file: s },
    optional: { count: n, cursor: s, limit: n, page: n },
    scopes: ["files:read"],
    tier: 4,
    json: false,
    errors: ["file_deleted", "file_not_found"],
  },
  "files.getUploadURLExternal": {
    required: { filename: s, length: n },
    optional: { alt_txt: s, snippet_type: s },
    scopes: ["files:write"],
    tier: 4,
    json: false,
    errors: [],
  },
  "files.completeUploadExternal": {
    required: { files: j },
    optional: { blocks: s, channel_id: s, channels: s, initial_comment: s, thread_ts: s, ...look },
    scopes: ["files:write"],
    tier: 4,
    json: true,
    errors: ["channel_not_found", "file_not_found", "not_in_channel"],
  },
  "files.delete": {
    required: { file: s },
    optional: {},
    scopes: ["files:write"],
    tier: 3,
    json: true,
    errors: ["cant_delete_file", "file_deleted", "file_not_found"],
  },
  "views.open": {
    required: { view: j },
    optional: { trigger_id: s },
    scopes: [],
    tier: 4,
    json: true,
    errors: [
      "duplicate_external_id",
      "exchanged_trigger_id",
      "expired_trigger_id",
      "invalid_trigger_id",
      "view_too_large",
    ],
  },
  "views.push": {
    required: { view: j },
    optional: { trigger_id: s },
    scopes: [],
    tier: 4,
    json: true,
    errors: [
      "duplicate_external_id",
      "exchanged_trigger_id",
      "expired_trigger_id",
      "invalid_trigger_id",
      "not_found",
      "push_limit_reached",
      "view_too_large",
    ],
  },
  "views.update": {
    required: { view: j },
    optional: { external_id: s, hash: s, view_id: s },
    scopes: [],
    tier: 4,
    json: true,
    errors: ["duplicate_external_id", "hash_conflict", "not_found", "view_too_large"],
  },
  "views.publish": {
    required: { user_id: s, view: j },
    optional: { hash: s },
    scopes: [],
    tier: 4,
    json: true,
    errors: ["duplicate_external_id", "hash_conflict", "view_too_large"],
  },
  "bots.info": {
    required: {},
    optional: { bot: s, team_id: s },
    scopes: ["users:read"],
    tier: 3,
    json: false,
    errors: ["bot_not_found"],
  },
} as const satisfies Readonly<Record<string, Method>>;

export type MethodName = keyof typeof METHODS;

/** Whether the simulator has a method of this name. */
export const isMethod = (name: string): name is MethodName => Object.hasOwn(METHODS, name);
