import type { Action, ActionOutcome, ActionState, Vote } from "../core/action.ts";
import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import type { ConversationRef, TurnState } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";

/** An action with what only the gate needs of it. */
export interface LedgerAction extends Action {
  /** Hash of the tool's definition as it was when this was proposed. */
  definition: string;
  /** The arguments as parsed, names unresolved: what a refresh resolves again. */
  input: JsonObject;
  /** The call without nonce and expiry. */
  callDigest: string;
  /** The requester's own click on a button that showed exactly these arguments. */
  confirmed: boolean;
  executingAt: Date | null;
  /** The database's time at this look: what expiry and the send window are judged by. */
  seenAt: Date;
}

/** What a new row needs; everything else is the database's or comes later. */
export type NewAction = Pick<
  LedgerAction,
  | "id"
  | "turn"
  | "conversation"
  | "card"
  | "tool"
  | "system"
  | "effect"
  | "risk"
  | "input"
  | "args"
  | "definition"
  | "callDigest"
  | "digest"
  | "target"
  | "targetVersion"
  | "preview"
  | "principal"
  | "confirmed"
  | "untrusted"
  | "asks"
  | "policyRequest"
  | "policyDigest"
  | "credential"
  | "nonce"
  | "expiresAt"
> & { state: "planned" | "waiting" | "approved" };

/** A vote with the rules whose question this person could answer when it was cast. */
export interface LedgerVote extends Vote {
  asks: string[];
}

/** One post of a card in Slack; `ts` is absent while it is in flight. */
export interface CardPost {
  channel: string;
  ts: string | null;
  pending: boolean;
}

/** Where a post goes. */
export interface Destination {
  workspace: string;
  channel: string;
  threadTs?: string;
}

/** A turn under its lock. */
export interface LockedTurn {
  state: TurnState;
  /** The database's time. */
  now: Date;
  /** Where it goes on; nothing when its conversation is unknown. */
  conversation: ConversationRef | undefined;
}

/** Named queries on actions. Those that take a `Tx` belong to the caller's transaction; the others only read. */
export interface Actions {
  get(id: string): Promise<LedgerAction | undefined>;
  /** The newest of each action's line, by the id that was asked for. */
  newest(ids: readonly string[]): Promise<Map<string, LedgerAction>>;
  /** The newest action of a card, and the one it replaced; by the card or by any action that it ever showed. */
  line(card: string): Promise<{ newest: LedgerAction; before: LedgerAction | undefined } | undefined>;
  /** What a turn asked for or did, the newest of each line, oldest first: nothing that was only planned. */
  ofTurn(turn: string): Promise<LedgerAction[]>;
  /** Planned actions of a turn, oldest first. */
  planned(turn: string): Promise<LedgerAction[]>;
  /** Waiting and unexpired actions of a workspace, oldest first, bounded. */
  waiting(workspace: string): Promise<LedgerAction[]>;
  /** Open actions of this requester in this workspace, then the last `settled` settled ones; newest first. */
  askedBy(workspace: string, requester: string, settled: number): Promise<LedgerAction[]>;

  /** Locks the turn as a run would need it to be; the database's time when the run still owns it, else nothing (R3). */
  fence(tx: Tx, turn: string, token: string): Promise<Date | undefined>;
  /** Locks the turn: always before any of its actions, so that Stop and clicks never deadlock. */
  lockTurn(tx: Tx, turn: string): Promise<LockedTurn>;
  /** Inserts a row; when the same call already stands in this turn, answers that one instead. */
  add(tx: Tx, action: NewAction): Promise<{ id: string; fresh: boolean; asks: number }>;
  /** Moves one action on, if it is still in one of `from`; the row as it is now, or nothing. */
  move(tx: Tx, id: string, from: readonly ActionState[], to: Move): Promise<LedgerAction | undefined>;
  /** Under the turn's lock: whether the action waits, unexpired and with this digest; else what it is now. */
  standing(tx: Tx, id: string, digest: string): Promise<"open" | "expired" | ActionState | undefined>;
  /**
   * approved -> executing, once, unexpired and of this digest; `busy` while another action writes to its target: the
   * transaction is then spoilt and has to be rolled back.
   */
  beginExecuting(
    tx: Tx,
    id: string,
    by: { digest: string; token: string; owner: string; windowSeconds: number },
  ): Promise<LedgerAction | "busy" | undefined>;
  /** executing or unknown under this token -> its outcome; nothing when somebody else settled it. */
  settle(
    tx: Tx,
    id: string,
    by: {
      token: string;
      from: readonly ActionState[];
      state: ActionState;
      outcome: ActionOutcome;
      followed: boolean;
    },
  ): Promise<LedgerAction | undefined>;
  setProgress(tx: Tx, id: string, outcome: ActionOutcome, ended: boolean): Promise<boolean>;
  /** Moves all of a turn's actions in `from`; the rows as they are now. */
  moveAll(
    tx: Tx,
    turn: string,
    from: readonly ActionState[],
    to: "cancelled" | "superseded",
  ): Promise<LedgerAction[]>;
  /** Actions of a turn in these states. */
  inStates(tx: Tx, turn: string, states: readonly ActionState[]): Promise<LedgerAction[]>;
}

/** The step `move` takes; `decided` and `settled` stamp the database's time. */
interface Move {
  state: ActionState;
  decided?: true;
  settled?: true;
  outcome?: ActionOutcome;
  supersededBy?: string;
}

/** What the sweep finds (R10), bounded. */
export interface Lost {
  expired(): Promise<LedgerAction[]>;
  approvedWithoutJob(): Promise<LedgerAction[]>;
  /** Executing whose owner is dead, or whose window closed more than `graceSeconds` ago. */
  lostExecuting(graceSeconds: number): Promise<LedgerAction[]>;
  unfollowed(tools: readonly string[], seconds: number): Promise<LedgerAction[]>;
}

/** Named queries on votes. */
export interface Votes {
  of(action: string): Promise<LedgerVote[]>;
  ofIn(tx: Tx, action: string): Promise<LedgerVote[]>;
  /** One word a person. A rejection replaces one's own approval; anything else said twice is "already". */
  cast(tx: Tx, vote: Omit<LedgerVote, "at">): Promise<"cast" | "already">;
}

/** What decisions and outcomes set in motion: turns, jobs, posts. */
export interface Effects {
  /** The requester's words that started the turn. */
  words(turn: string): Promise<string>;
  conversation(key: string): Promise<ConversationRef | undefined>;
  conversationIn(tx: Tx, key: string): Promise<ConversationRef | undefined>;
  /** Marks the turn to go on, with a job when it waits. */
  wake(tx: Tx, turn: string, conversation: ConversationRef): Promise<void>;
  /** The fact a fresh turn starts from, once per action (R11). */
  addOutcomeInbox(tx: Tx, action: LedgerAction, conversation: ConversationRef): Promise<void>;
  actSoon(tx: Tx, action: Pick<Action, "id" | "turn">, seconds?: number): Promise<void>;
  followSoon(tx: Tx, action: string, seconds: number): Promise<void>;
  /** Once per `key`. */
  postCard(tx: Tx, card: string, to: Destination): Promise<void>;
  postNotice(tx: Tx, key: string, to: Destination, text: string, mention?: string): Promise<void>;
  postOutcome(tx: Tx, key: string, to: Destination, action: string): Promise<void>;
  updateCard(tx: Tx, card: string): Promise<void>;
  /** Redraws what a stopped turn's thread was told. */
  updateReceipt(tx: Tx, turn: string): Promise<void>;
  /** Where the card stands in Slack; the receipt of its stopped turn shows its actions too. */
  cardPosts(card: string): Promise<CardPost[]>;
}

/** Untrusted texts a conversation has read; Postgres holds them, and they only grow. */
export interface Marks {
  of(conversation: string): Promise<string[]>;
  add(conversation: ConversationRef, names: readonly string[]): Promise<void>;
  addIn(tx: Tx, conversation: ConversationRef, names: readonly string[]): Promise<void>;
}

/** The ledger as the gate needs it; store/ implements it. */
export interface Ledger {
  actions: Actions;
  lost: Lost;
  votes: Votes;
  effects: Effects;
  marks: Marks;
}

/** The accounts that people have connected; store/ implements it. */
export interface Connections {
  /** The systems in which this person's own account acts, by the tools' names for them, with its user name there. */
  of(person: Principal): Promise<ReadonlyMap<string, string>>;
  /** Whether people can connect their own account there. */
  offers(system: string): boolean;
}

/** The process's clocks: the wall for texts, the monotonic one for the send window (R7). Milliseconds. */
export interface Clock {
  now(): Date;
  monotonicMs(): number;
}

/** A structured log; never given arguments or outputs. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
