import type { Arguments } from "../arguments.ts";
import type { Conversation } from "../conversation.ts";
import { isTopLevel } from "../conversation.ts";
import { SlackError } from "../slack-error.ts";
import type { ChannelKind, Message } from "../types.ts";
import type { Workspace } from "../workspace.ts";

/** What a Web API handler works with. */
export interface Api {
  readonly workspace: Workspace;
  /** The bot scopes that were granted. */
  readonly scopes: ReadonlySet<string>;
  /** The bot events that the app is subscribed to. */
  readonly events: ReadonlySet<string>;
  /** Whether the app is declared an agent. */
  readonly agent: boolean;
  /** False: this Slack has no streams. */
  readonly streaming: boolean;
  /** Where the workspace is on the web: for permalinks. */
  readonly workspaceUrl: string;
}

/** One method: the fields of its reply beside `ok`. Refuses with a SlackError. */
export type ApiHandler = (args: Arguments, api: Api) => Record<string, unknown>;

const SCOPE_PREFIX: Readonly<Record<ChannelKind, string>> = {
  public: "channels",
  private: "groups",
  im: "im",
  mpim: "mpim",
};

/** The refusal for a scope that was not granted. */
export function missingScope(api: Api, needed: string): SlackError {
  return new SlackError("missing_scope", {
    violation: `needs ${needed}, granted are ${[...api.scopes].join(", ")}`,
    extra: { needed, provided: [...api.scopes].join(",") },
  });
}

/** The scope for a kind of channel: `channels:history`, `im:read`, … */
export const scopeOf = (kind: ChannelKind, right: "history" | "read" | "write"): string =>
  `${SCOPE_PREFIX[kind]}:${right}`;

/** A channel that the bot can name: public ones, and those it is in. Others do not exist for it. */
export function reachable(api: Api, id: string): Conversation {
  const conversation = api.workspace.conversation(id);
  if (!conversation) throw new SlackError("channel_not_found");
  const { channel } = conversation;
  if (channel.kind !== "public" && !isMember(api, conversation)) throw new SlackError("channel_not_found");
  return conversation;
}

/** Like reachable, with the scope that reading this kind of channel needs. */
export function readable(api: Api, id: string, right: "history" | "read"): Conversation {
  const conversation = reachable(api, id);
  const scope = scopeOf(conversation.channel.kind, right);
  if (!api.scopes.has(scope)) throw missingScope(api, scope);
  return conversation;
}

export const isMember = (api: Api, conversation: Conversation): boolean =>
  conversation.channel.members.has(api.workspace.seed.app.botUserId);

/** A channel the bot may post to; a person's id stands for their im, as in Slack. */
export function postable(api: Api, id: string): Conversation {
  if (/^[UW]/.test(id)) {
    if (!api.workspace.people.has(id)) throw new SlackError("channel_not_found");
    return api.workspace.need(api.workspace.openIm(id).channel.id);
  }
  const conversation = reachable(api, id);
  if (!isMember(api, conversation)) throw new SlackError("not_in_channel");
  return conversation;
}

/** The thread to post in, or undefined. A reply's own ts is a mistake of the caller: Slack threads hang on parents. */
export function threadOf(conversation: Conversation, ts: string | undefined): string | undefined {
  if (ts === undefined || ts === "") return undefined;
  const parent = conversation.get(ts);
  if (!parent) throw new SlackError("cannot_reply_to_message");
  if (isTopLevel(parent)) return ts;
  throw new SlackError("cannot_reply_to_message", {
    violation: `thread_ts ${ts} is a reply: its parent is ${parent.thread_ts ?? "unknown"}`,
  });
}

/** The thread of an assistant method: any message can carry one, a reply's ts cannot. */
export function assistantThread(conversation: Conversation, ts: string): string {
  const parent = conversation.get(ts);
  if (parent && isTopLevel(parent)) return ts;
  throw new SlackError(
    "invalid_thread_ts",
    parent ? { violation: `thread_ts ${ts} is a reply, not a parent` } : {},
  );
}

/** A message that the bot wrote; `refusal` for those of others. */
export function ownMessage(api: Api, conversation: Conversation, ts: string, refusal: string): Message {
  const message = conversation.get(ts);
  if (!message) throw new SlackError("message_not_found");
  if (message.bot_id !== api.workspace.seed.app.botId) throw new SlackError(refusal);
  return message;
}
