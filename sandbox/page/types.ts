/** What the simulator and the page's server tell the page, as far as it is used here. */

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly real_name: string;
  readonly title: string;
  /** IANA name. */
  readonly tz: string;
  readonly guest: boolean;
  readonly bot: boolean;
}

export interface Channel {
  readonly id: string;
  readonly kind: "public" | "private" | "im" | "mpim";
  readonly name: string;
  readonly purpose?: { readonly value: string };
  readonly members: readonly string[];
  readonly is_mine: boolean;
  readonly unread: number;
  /** The person of an im. */
  readonly user?: string;
}

export interface Workspace {
  readonly team: { readonly name: string };
  readonly bot: { readonly id: string };
  readonly people: readonly Person[];
  readonly usergroups: readonly {
    readonly id: string;
    readonly handle: string;
    readonly users: readonly string[];
  }[];
  readonly channels: readonly Channel[];
  readonly commands: readonly string[];
  readonly last_event_id: number;
}

export type Block = { readonly type: string; readonly block_id?: string } & Readonly<Record<string, unknown>>;

export interface Message {
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly subtype?: string;
  readonly blocks?: readonly Block[];
  readonly thread_ts?: string;
  readonly edited?: { readonly ts: string };
  readonly reactions?: readonly Reaction[];
  readonly files?: readonly FileShown[];
  /** Of a streamed message. */
  readonly streaming_state?: "in_progress" | "completed" | "errored";
}

export interface Reaction {
  readonly name: string;
  readonly users: readonly string[];
}

/** A file that stands below a message; one that was deleted is an id alone. */
export interface FileShown {
  readonly id: string;
  readonly name?: string;
  readonly mimetype?: string;
  /** Bytes. */
  readonly size?: number;
}

/** A message that only this person sees. */
export interface Ephemeral {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly thread_ts?: string;
}

export interface Status {
  readonly thread_ts: string;
  readonly status: string;
}

/** The agent's session of a thread: people can stop it while it is `processing`. */
export interface SessionState {
  readonly thread_ts: string;
  readonly status: "processing" | "active" | "suspended" | "closed";
}

/** What the app suggests to ask. */
export interface Prompts {
  readonly title?: string;
  readonly prompts: readonly { readonly title: string; readonly message: string }[];
}

/** One channel as a person sees it. */
export interface Contents {
  readonly id: string;
  readonly messages: readonly Message[];
  readonly threads: Readonly<Record<string, readonly Message[]>>;
  readonly ephemerals: readonly Ephemeral[];
  readonly statuses: readonly Status[];
  readonly sessions: readonly SessionState[];
  /** Titles of threads, by their first message. */
  readonly titles: Readonly<Record<string, string>>;
  readonly prompts: Prompts | null;
}

/** A modal or the App Home as a person sees it. */
export interface ShownView {
  readonly id: string;
  /** Another one after every change by the product. */
  readonly hash: string;
  readonly type: "modal" | "home";
  readonly blocks: readonly Block[];
  readonly title: { readonly text: string };
  readonly submit: { readonly text: string } | null;
  readonly close: { readonly text: string } | null;
  /** What was chosen and written, by block_id and action_id. */
  readonly state: { readonly values: Readonly<Record<string, Readonly<Record<string, Held>>>> };
  /** What is wrong with inputs, by block_id. */
  readonly errors: Readonly<Record<string, string>>;
}

/** What a part of a view holds: its field depends on the part's type. */
export type Held = Readonly<Record<string, unknown>>;

/** The views that a person has open. */
export interface Views {
  /** The one that is seen comes last. */
  readonly modals: readonly ShownView[];
  readonly home: ShownView | null;
}

/** A choice of a select. */
export interface Option {
  readonly text: { readonly text: string };
  readonly value: string;
  readonly description?: { readonly text: string };
}

/** One change of the workspace. */
export interface Change {
  readonly id: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly channel?: string };
}

export interface WaitingCard {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly title: string;
}

export interface About {
  readonly product: "starting" | "ready" | "unreachable";
  readonly planner: string | null;
  readonly model: boolean;
  readonly memory: string | null;
  readonly postgres: string | null;
  readonly restarts: number;
  readonly started: string;
}

export interface AuditRow {
  readonly id: number;
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly action: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly sentence: string | null;
}

export interface MergeRequest {
  readonly project: string;
  readonly iid: number;
  readonly title: string;
  readonly state: string;
  readonly author: string;
  readonly auto_merge: boolean;
  readonly merged_by: string | null;
  readonly updated_at: string;
  readonly pipeline: { readonly id: number; readonly status: string } | null;
}

interface Job {
  readonly id: number;
  readonly name: string;
  readonly stage: string;
  readonly status: string;
  readonly retried: boolean;
}

export interface GitLab {
  readonly merge_requests: readonly MergeRequest[];
  readonly pipelines: readonly {
    readonly id: number;
    readonly status: string;
    readonly jobs: readonly Job[];
  }[];
}

export interface Deal {
  readonly id: string;
  readonly name: string;
  readonly stage: string | null;
  readonly amount: string | null;
  readonly close_date: string | null;
  readonly owner: string | null;
  readonly updated_at: string;
}

export interface Crm {
  readonly deals: readonly Deal[];
}

export interface Payout {
  readonly id: string;
  readonly merchant: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
}

/** A mail that left for a customer. */
export interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly created_at: string;
}

/** A page to somebody's phone. */
export interface PhonePage {
  readonly id: string;
  readonly to: string;
  readonly summary: string;
  readonly status: string;
}

export interface FlagSetting {
  readonly flag: string;
  readonly environment: string;
  readonly enabled: boolean;
  readonly rollout: number;
}

/** The internal APIs: payouts, the outbox of mails to customers, pages, feature flags. */
export interface Services {
  readonly payouts: readonly Payout[];
  readonly outbox: readonly Mail[];
  readonly pages: readonly PhonePage[];
  readonly flags: readonly FlagSetting[];
}
