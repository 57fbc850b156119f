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
  readonly kind: "public" | "private" | "im";
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

/** One channel as a person sees it. */
export interface Contents {
  readonly id: string;
  readonly messages: readonly Message[];
  readonly threads: Readonly<Record<string, readonly Message[]>>;
  readonly ephemerals: readonly Ephemeral[];
  readonly statuses: readonly Status[];
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
