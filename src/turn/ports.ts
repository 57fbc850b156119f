import type { Recollection } from "../agent/types.ts";
import type { Offer } from "../core/tool.ts";
import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import type { ConversationRef, TurnOrigin, TurnRequest, TurnState, Usage } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";

/** What turn/ needs of Postgres; store/ implements it. Times are the database's. */

/** An inbox row to be: what came in, as exact JSON. */
export interface NewInbox {
  id: string;
  conversation: ConversationRef;
  kind: "ask" | "call";
  person: { workspace: string; user: string };
  payload: JsonObject;
  /** Before all others, where requests have to wait. */
  urgent: boolean;
}

/** Inserts rows and the jobs of the new ones in one statement; answers the ids that were new. */
export type WriteInbox = (rows: readonly NewInbox[]) => Promise<Set<string>>;

/** An unprocessed inbox row. */
export interface InboxItem {
  id: string;
  /** Place in the inbox; text, since it is a bigint. */
  seq: string;
  kind: "ask" | "call" | "offer" | "outcome";
  person: { workspace: string; user: string };
  payload: JsonObject;
  attempts: number;
  /** The turn that an earlier run made of it. */
  turn: string | null;
  /** Raised when its words are edited. */
  version: number;
  /** It failed lately and is not due yet; nothing later may overtake it. */
  resting: boolean;
}

/** What a conversation's lane finds to do. */
export interface Work {
  /** A turn that waited and was woken, or whose resume was killed. */
  woken: string | null;
  /** The oldest unprocessed inbox row. */
  item: InboxItem | null;
  /** The open question to the person whose row that is. */
  question: string | null;
  /** The turns that ended last here, oldest first, as many as memory keeps: to see whether it is whole. */
  ended: readonly string[];
}

/** A turn as a run takes it. */
export interface TurnRecord {
  id: string;
  principal: Principal;
  origin: TurnOrigin;
  request: TurnRequest;
  agent: string | null;
  /** It has waited: its checkpoint is kept. */
  waited: boolean;
  /** Runs begun, this one included. */
  attempts: number;
  shape: string | null;
  /** People talked to each other in the thread since the last turn; known to the run that made the turn. */
  overheard?: boolean;
}

/** Who runs a turn: the token fences everything the run commits. */
export interface Run {
  turn: string;
  token: string;
  owner: string;
}

/** How a turn ended, as its row keeps it. */
export interface Ending {
  state: Extract<TurnState, "done" | "failed">;
  agent: string;
  answer: string;
  /** JSON: sources and what else the answer's view shows. */
  outcome: JsonObject;
  route?: JsonObject;
  summary: string;
  planner: string;
  usage: Usage;
}

/** A turn as stopping it sees it. */
interface Stoppable {
  state: TurnState;
  principal: Principal;
  conversation: ConversationRef;
}

/** Queries on turns and the inbox. Those with a `Tx` belong to the caller's transaction; `boolean` false: fenced. */
export interface TurnStore {
  work(conversation: string): Promise<Work>;
  /**
   * R1 for a new row: makes its turn, running under this token, and links the row; nothing when it was taken, taken back
   * or reworded. The agent is the one named, else the thread's, else the channel's, which the thread then keeps;
   * `overheard`: people talked in the thread since the last turn.
   */
  create(
    tx: Tx,
    run: Run,
    turn: {
      item: string;
      version: number;
      conversation: string;
      principal: Principal;
      origin: TurnOrigin;
      request: TurnRequest;
      agent?: string;
      channelAgent?: string;
    },
  ): Promise<{ agent: string | null; overheard: boolean } | undefined>;
  /**
   * R1 for a turn that exists: queued, waiting and woken, or running under a dead owner (or under this very process,
   * when it no longer runs it). Nothing: there is nothing to do.
   */
  claim(tx: Tx, run: Run): Promise<TurnRecord | undefined>;
  /** Unprocessed rows after this one, oldest first. */
  after(conversation: string, seq: string, max: number): Promise<InboxItem[]>;
  /** Takes further rows into a running turn; answers the payloads of those that were still there, oldest first. */
  fold(tx: Tx, run: Run, items: readonly string[]): Promise<JsonObject[]>;
  /** What a running turn is asked, with what was folded into it; false: fenced. */
  reask(tx: Tx, run: Run, request: TurnRequest): Promise<boolean>;
  /** R4; answers whether the turn was woken meanwhile. */
  wait(
    tx: Tx,
    run: Run,
    how: { shape: string; agent: string; planner: string; usage: Usage },
  ): Promise<{ wake: boolean } | undefined>;
  /** R4's last word: nobody else would wake this turn, so it goes on after so many seconds. */
  wake(tx: Tx, turn: string, seconds: number): Promise<Date | undefined>;
  /** R5; answers when it ended. */
  end(tx: Tx, run: Run, ending: Ending): Promise<Date | undefined>;
  /** R11. */
  detach(tx: Tx, run: Run): Promise<boolean>;
  /** Settled actions of a detached turn, whose outcomes code must tell now. */
  settledActions(tx: Tx, turn: string): Promise<string[]>;
  addOutcome(tx: Tx, action: string, turn: string, conversation: ConversationRef): Promise<void>;
  /** A run that failed puts the state back; answers when it may be tried again. */
  putBack(tx: Tx, run: Run, how: { seconds: number; counted: boolean }): Promise<Date | undefined>;
  /** The inbox rows of a turn are done. */
  done(tx: Tx, turn: string): Promise<void>;
  /** A row that could not even become a turn: tried again later, or given up with the reason. */
  rest(tx: Tx, item: string, seconds: number): Promise<Date | undefined>;
  giveUp(tx: Tx, item: string, reason: string): Promise<boolean>;
  addOffers(tx: Tx, turn: string, conversation: string, offers: readonly Offer[]): Promise<void>;
  offer(id: string): Promise<{ tool: string; args: JsonObject; label: string } | undefined>;
  /** What an outcome row continues. */
  requestOf(
    action: string,
  ): Promise<{ request: TurnRequest; principal: Principal; origin: TurnOrigin } | undefined>;
  recall(conversation: string, max: number): Promise<Recollection>;
  job(tx: Tx, conversation: ConversationRef, runAt?: Date): Promise<void>;
  /** Of these runs, the turns that are no longer theirs. */
  lost(runs: readonly Run[]): Promise<string[]>;
  /** R9: locks the turn. */
  lock(tx: Tx, turn: string): Promise<Stoppable | undefined>;
  /** Stopped is final; by whom, and the words that were not taken up with it, stand in its outcome. */
  stop(
    tx: Tx,
    turn: string,
    how: { by: Pick<Principal, "name" | "user">; dropped: readonly string[] },
  ): Promise<void>;
  post(tx: Tx, key: string, conversation: ConversationRef, view: JsonObject): Promise<void>;
  /** Remembers what a person was told; true when they were not told lately. */
  tellOnce(tx: Tx, person: string, what: string, seconds: number): Promise<boolean>;
}

/** A turn of one person that has not ended. */
export interface OpenRun {
  turn: string;
  state: TurnState;
  /** The person's words. */
  text: string;
  channel: string;
  threadTs: string;
  direct: boolean;
  at: Date;
}

/** R9: what a Stop sees and takes back. */
export interface StopStore {
  /** Remembers something decided at intake; false when it was decided before. */
  once(tx: Tx, id: string): Promise<boolean>;
  /** Locks the turns of a conversation that have not ended and began before this moment, oldest first. */
  openIn(
    tx: Tx,
    conversation: string,
    before: Date,
  ): Promise<{ id: string; state: TurnState; principal: Principal }[]>;
  /** Takes back what this person asked before this moment and no turn was made of; answers the words. */
  dropUnstarted(
    tx: Tx,
    conversation: string,
    person: { workspace: string; user: string },
    before: Date,
  ): Promise<string[]>;
  /** Whose row is the oldest that no turn was made of. */
  nextAsker(
    tx: Tx,
    conversation: string,
  ): Promise<{ item: string; person: { workspace: string; user: string } } | undefined>;
  /** What runs or waits in somebody's name, newest first, bounded. */
  runsOf(person: { workspace: string; user: string }): Promise<OpenRun[]>;
}

/** R10: what the sweep re-derives from state. Each answers how many it mended. */
export interface SweepStore {
  /** Turns marked as run by this process, which it does not run. */
  putBackStrays(owner: string, running: readonly string[]): Promise<number>;
  /** Conversations with something to do and no job. */
  addConverseJobs(): Promise<number>;
  /** Channels with something to send and no job. */
  addSendJobs(): Promise<number>;
}

/** Offers under an answer. */
export interface OfferStore {
  /** Locks it, with where its answer stands in Slack. */
  lock(tx: Tx, offer: string): Promise<OfferRecord | undefined>;
  /** Marks it used and stores the request with its job. */
  use(tx: Tx, offer: OfferRecord, person: Principal): Promise<void>;
  /** Marks it used by a form that asks the same, and redraws its answer. */
  settle(tx: Tx, offer: OfferRecord, person: Pick<Principal, "name">): Promise<void>;
  /** Of a turn that a button started and that left no action: the button may be used again; its id, if there is one. */
  giveBack(tx: Tx, turn: string): Promise<string | undefined>;
}

export interface OfferRecord {
  id: string;
  turn: string;
  label: string;
  call: { tool: string; args: JsonObject };
  /** It opens a form with the call, rather than make it. */
  form: boolean;
  conversation: ConversationRef;
  /** Name of who used it. */
  usedBy: string | null;
  expired: boolean;
  /** The answer's post; `ts` is null while it is in flight. */
  post: { id: string; channel: string | null; ts: string | null } | null;
}
