/** What delivery needs of Postgres; store/ implements it. Times are the database's. */

/** Runs work as seen from a workspace. */
export type Within = (workspace: string, work: () => Promise<void>) => Promise<void>;

/** Where the pages of one post stand in Slack, in their order. */
export interface Standing {
  channel: string;
  /** A message's ts each. */
  pages: string[];
}

/** A message that a run showed before its answer, as its answer's sender takes it over. */
export interface Previewed {
  id: string;
  /** `stream`: Slack's streaming message, to be stopped first. */
  means: "stream" | "post";
  /** Null while Slack's answer to its opening is not known. */
  ts: string | null;
  openedAt: Date;
  /** Its run is still about to learn its ts. */
  opening: boolean;
  /** It is known to be a stream that has ended. */
  stopped: boolean;
}

/** A row of the outbox that is next in its channel. */
export interface OutboxItem {
  id: string;
  /** The row whose message this is about: itself, or of an update the one that it redraws. */
  post: string;
  channel: string;
  workspace: string;
  threadTs: string | null;
  kind: "post" | "update";
  /** Stored reference to what is drawn; parsed by `draw`. */
  view: unknown;
  /** Earlier tries: anything above 0 may already stand in Slack. */
  attempts: number;
  createdAt: Date;
  /** Where its pages stand as far as is recorded; null while none is. */
  standing: Standing | null;
  /** Ids of what its turn has shown so far. */
  previews: readonly string[];
}

/** The outbox as the sender needs it. */
export interface OutboxQueue {
  /** The oldest pending row of a channel. */
  next(channel: string): Promise<OutboxItem | undefined>;
  /** Counts one more try, durably, before Slack is called. */
  trying(id: string): Promise<void>;
  /** Records where a post's first pages stand while the others are not sent yet; nothing of it can be clicked before. */
  paged(post: string, standing: Standing): Promise<void>;
  /** Done; its post stands there now. */
  sent(item: Pick<OutboxItem, "id" | "post">, standing: Standing | null): Promise<void>;
  failed(id: string, error: string): Promise<void>;
  /**
   * Slack asked this channel to wait, and surely did nothing: the try does not count, the channel's next job comes after
   * so many seconds, and the slot goes to others.
   */
  later(item: Pick<OutboxItem, "id" | "channel">, seconds: number): Promise<void>;
}

/** A message that a run is about to show. */
export interface NewPreview {
  id: string;
  turn: string;
  /** The run: it alone may show something for this turn. */
  token: string;
  /** From 0; a run rolls over to a further message. */
  page: number;
  workspace: string;
  channel: string;
  threadTs: string;
  means: Previewed["means"];
}

/** A preview whose run is over or gone, for the sweep. */
export interface StrayPreview extends Omit<Previewed, "opening" | "stopped"> {
  workspace: string;
  channel: string;
  threadTs: string;
  conversation: string;
  /** Words that were said before somebody pressed Stop stay; all else is taken back. */
  keep: boolean;
}

/** Messages that runs show while they work, and what Slack was told of sessions. */
export interface PreviewStore {
  /**
   * Stores the intent to open one, before Slack is called. False: not now. The run lost its turn, an earlier message of
   * this thread is still on its way, or the workspace's budget of this minute is spent.
   */
  intend(preview: NewPreview, perMinuteMax: number): Promise<boolean>;
  /** Slack has opened it. */
  opened(id: string, ts: string): Promise<void>;
  /** Nobody knows whether Slack has opened it: its run learns its ts no more. */
  lost(id: string): Promise<void>;
  /** It shows words of the answer. */
  said(id: string): Promise<void>;
  /** `stopped`: complete; it still becomes a page. `kept` and `gone`: it never will. */
  settle(id: string, state: "stopped" | "kept" | "gone"): Promise<void>;
  /** For an answer's sender: from now on nobody else takes them back. Those that are left, oldest first. */
  take(ids: readonly string[]): Promise<Previewed[]>;
  /** For who takes one back: from now on no answer makes a page of it. False: one has. */
  leave(id: string): Promise<boolean>;
  /** Every ts that is known to us in a thread. */
  known(channel: string, threadTs: string): Promise<Set<string>>;
  /** Previews of runs that are over without an answer, or gone; of this turn alone when it is named. */
  strays(turn?: string): Promise<StrayPreview[]>;
}

/** What the session of a conversation should say, and what Slack was told last; null: nothing. */
export interface SessionState {
  due: SessionStatus;
  told: SessionStatus | null;
  /** A person gave it a title. */
  titled: boolean;
}

/** Any running turn: processing; else any waiting: suspended; else active. */
export type SessionStatus = "processing" | "suspended" | "active";

/** Sessions of conversations, computed from turns. */
export interface SessionStore {
  state(conversation: string): Promise<SessionState>;
  tell(conversation: string, status: SessionStatus): Promise<void>;
  /** Conversations that say something else than they should for a while now: their process died. */
  stale(): Promise<{ conversation: string; channel: string; threadTs: string }[]>;
}
