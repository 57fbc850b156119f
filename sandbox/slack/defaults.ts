/** What an app of this kind is granted and subscribed to, unless startSlack is told otherwise. */

/** Bot scopes. */
export const SCOPES: readonly string[] = [
  "app_mentions:read",
  "assistant:write",
  "chat:write",
  "commands",
  "im:history",
  "im:read",
  "im:write",
  "channels:history",
  "channels:manage",
  "groups:history",
  "mpim:history",
  "mpim:read",
  "channels:read",
  "groups:read",
  "users:read",
  "users:read.email",
  "usergroups:read",
  "reactions:read",
  "reactions:write",
  "files:read",
  "files:write",
  "search:read.public",
];

/** Bot events, in the manifest's names. */
export const EVENTS: readonly string[] = [
  "agent_session_stopped",
  "agent_session_title_changed",
  "app_mention",
  "message.im",
  "message.channels",
  "message.groups",
  "message.mpim",
  "app_home_opened",
  "reaction_added",
  "reaction_removed",
];

export const COMMANDS: readonly string[] = ["/steward"];

/** Slack retries an event at once, after one minute and after five; people who try things out wait less. */
export const RETRY_DELAYS_MS: readonly number[] = [1_000, 5_000, 15_000];

/** Slack's deadline for an answer, ms. */
export const ACK_TIMEOUT_MS = 3_000;
