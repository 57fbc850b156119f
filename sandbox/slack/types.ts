/** A Block Kit block as sent; checked by blocks.ts before it is kept. */
export type Block = { readonly type: string; readonly block_id?: string } & {
  readonly [key: string]: unknown;
};

/** A person of the workspace, or the bot. Times are Unix seconds. */
export interface Person {
  readonly id: string;
  /** The handle, without @. */
  readonly name: string;
  readonly realName: string;
  readonly title: string;
  readonly email?: string;
  /** IANA name, its label and its offset from UTC in seconds. */
  readonly tz: string;
  readonly tzLabel: string;
  readonly tzOffset: number;
  readonly admin?: boolean;
  /** A guest: sees only the channels they are in. */
  readonly restricted?: boolean;
  /** A guest of one channel alone. */
  readonly ultraRestricted?: boolean;
  /** Of another company, met in a shared channel: their team's id. */
  readonly foreignTeam?: string;
  readonly bot?: boolean;
  /** Deactivated by an admin. */
  readonly deleted?: boolean;
}

/** `im`: the direct messages of one person with the bot; `mpim`: of several people, the bot among them. */
export type ChannelKind = "public" | "private" | "im" | "mpim";

/** A conversation of the workspace. */
export interface Channel {
  readonly id: string;
  /** Without #; the person's id for an im. */
  readonly name: string;
  readonly kind: ChannelKind;
  readonly topic: string;
  readonly purpose: string;
  readonly created: number;
  readonly general?: boolean;
  /** Shared with another company (Slack Connect). */
  readonly external?: boolean;
  /** The person of an im. */
  readonly user?: string;
  /** Who made it, where it was made here. */
  readonly creator?: string;
  readonly archived?: boolean;
  /** Ids of people, the bot's among them where it is in. */
  readonly members: Set<string>;
}

/** `{event_type, event_payload}` as apps attach it. */
export interface Metadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

/** A message as kept, in Slack's own field names. `ts` is its id within the channel. */
export interface Message {
  readonly type: "message";
  readonly ts: string;
  readonly user: string;
  readonly team: string;
  readonly text: string;
  readonly subtype?: string;
  readonly bot_id?: string;
  readonly app_id?: string;
  readonly client_msg_id?: string;
  readonly username?: string;
  readonly blocks?: readonly Block[];
  readonly attachments?: readonly unknown[];
  readonly metadata?: Metadata;
  /** Ids of files. */
  readonly files?: readonly string[];
  /** The parent's ts, on replies and on parents that have replies. */
  readonly thread_ts?: string;
  readonly parent_user_id?: string;
  readonly edited?: { readonly user: string; readonly ts: string };
  readonly reactions?: readonly Reaction[];
  /** Of streamed messages; `errored`: Slack closed the stream. */
  readonly streaming_state?: "in_progress" | "completed" | "errored";
  /** Kept for tests: what the app asked of previews. Not a field of Slack's messages. */
  readonly unfurl?: { readonly links: boolean; readonly media: boolean };
}

/** Who put or took away which reaction. */
export interface ReactionBy {
  readonly user: string;
  readonly name: string;
  readonly added: boolean;
}

interface Reaction {
  readonly name: string;
  readonly users: readonly string[];
  readonly count: number;
}

/** A message that only `user` sees; never in any history. */
export interface Ephemeral {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly thread_ts?: string;
}

/** The line under a thread that says what the app is doing. */
export interface Status {
  readonly channel: string;
  readonly thread_ts: string;
  readonly status: string;
  readonly loading_messages: readonly string[];
  /** Unix milliseconds: cleared by then. */
  readonly expires: number;
}

/** `expired`: closed by Slack; `stopped_by_user`: by a person's Stop. */
export type StreamState = "open" | "stopped" | "stopped_by_user" | "expired";

/** A message that is, or was, streamed. */
export interface Stream {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts: string | undefined;
  /** The one who sees it live: others see `first` until the end. Undefined in direct messages, where all see it live. */
  readonly recipient: string | undefined;
  readonly state: StreamState;
  readonly first: { readonly text: string; readonly blocks: readonly Block[] };
  /** Characters streamed so far, as Slack counts them. */
  readonly size: number;
}

export type SessionStatus = "processing" | "active" | "suspended" | "closed";

/** The agent's session of one thread. People have a Stop while it is `processing`. */
export interface Session {
  readonly channel: string;
  readonly thread_ts: string;
  readonly status: SessionStatus;
  readonly initiator: string | undefined;
  /** Unix milliseconds: of the status. */
  readonly since: number;
}

/** A user group. */
export interface Usergroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
}

/** Another app's bot. */
interface OtherBot {
  readonly botId: string;
  readonly userId: string;
  readonly appId: string;
  readonly name: string;
}

/** The app as installed in the workspace. */
export interface AppIdentity {
  readonly appId: string;
  readonly botId: string;
  readonly botUserId: string;
}

/** What a workspace is made of at the start. */
export interface Seed {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly app: AppIdentity;
  readonly bots: readonly OtherBot[];
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  readonly usergroups: readonly Usergroup[];
  /** Old messages, told by how long ago they were written. */
  readonly messages: readonly SeedMessage[];
}

export interface SeedMessage {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly minutesAgo: number;
  /** The message before it in its channel that starts a thread is its parent. */
  readonly reply?: boolean;
}

/** Everything that can change in the workspace: what watchers (events, the page) are told. */
export type Change =
  | {
      readonly type: "message.posted";
      readonly channel: string;
      readonly message: Message;
      readonly parent?: Message;
    }
  | {
      readonly type: "message.changed";
      readonly channel: string;
      readonly message: Message;
      readonly previous: Message;
    }
  | {
      /** A stream grew. `user`: the only one who sees it live; undefined: everyone. */
      readonly type: "stream.changed";
      readonly channel: string;
      readonly message: Message;
      readonly user: string | undefined;
    }
  | { readonly type: "session.changed"; readonly channel: string; readonly session: Session }
  | { readonly type: "message.deleted"; readonly channel: string; readonly previous: Message }
  | {
      readonly type: "ephemeral.posted" | "ephemeral.changed" | "ephemeral.deleted";
      readonly channel: string;
      readonly user: string;
      readonly ephemeral: Ephemeral;
    }
  | {
      readonly type: "status.changed";
      readonly channel: string;
      readonly thread_ts: string;
      readonly status: string;
      readonly loading_messages: readonly string[];
    }
  | {
      readonly type: "title.changed";
      readonly channel: string;
      readonly thread_ts: string;
      readonly title: string;
    }
  | { readonly type: "prompts.changed"; readonly channel: string; readonly user: string }
  | {
      readonly type: "reaction.changed";
      readonly channel: string;
      readonly ts: string;
      readonly reactions: readonly Reaction[];
      readonly by: ReactionBy;
      /** Who wrote the message. */
      readonly author: string;
    }
  /** A person's modals or App Home; `channel` is their im. */
  | { readonly type: "view.changed"; readonly channel: string; readonly user: string }
  | { readonly type: "channel.opened" | "channel.read"; readonly channel: string; readonly user: string }
  | { readonly type: "channel.members"; readonly channel: string; readonly members: readonly string[] };
