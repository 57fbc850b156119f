import type { Action, ActionState, Vote } from "../core/action.ts";
import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import type { Ambiguity } from "../core/question.ts";
import type { Tool, ToolOutput } from "../core/tool.ts";
import type { ConversationRef, TurnOrigin } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";

/** The run on whose behalf calls are made: who asks, where, and the token that fences what it commits (R3). */
export interface RunContext {
  turn: string;
  token: string;
  conversation: ConversationRef;
  principal: Principal;
  origin: TurnOrigin;
  /** Aborts when the turn is stopped, fenced or out of time. */
  signal: AbortSignal;
}

/** One call as a model, a slash command or a button put it. */
export interface Call {
  /** The model's tool call id, or a random one. */
  id: string;
  tool: string;
  args: JsonObject;
}

/**
 * A call that was not made, in words; where a name fits several things, with what a person can choose among; where it
 * needs an account of the person's own, with the system to connect.
 */
export interface Refused {
  kind: "refused";
  code: string;
  text: string;
  ambiguity?: Ambiguity;
  needs?: string;
}

/** What became of a read: its output, or a refusal in words that go back to the model. */
export type ReadResult = { kind: "output"; output: ToolOutput } | Refused;

/** What became of a proposed write: an action (planned, nobody was asked yet), or a refusal in words. */
export type Proposal = { kind: "planned"; action: string; asks: boolean } | Refused;

/** What agents may do with tools. Everything else of the gate is out of a model's reach. */
export interface Gate {
  /** Tools this principal could be allowed to use here; what policy surely denies is not offered. */
  visible(run: Omit<RunContext, "token" | "signal">): Promise<Tool[]>;
  /** Runs one read: parse, resolve, authorise, run, mark untrusted, record. Never throws for the call's own faults. */
  read(call: Call, run: RunContext): Promise<ReadResult>;
  /**
   * Proposes one write: parse, resolve, authorise, plan. `confirmed`: the requester saw these very arguments; it counts
   * for a reversible write that asks nobody else, and only where no argument stood for something else than it said.
   * Throws `FencedError` when the run lost its turn.
   */
  propose(call: Call, run: RunContext, options?: { confirmed?: boolean }): Promise<Proposal>;
  /** The actions as the ledger has them now, each the newest of its line (superseded ones are followed). */
  outcomes(actions: string[]): Promise<Action[]>;
}

/**
 * What a turn is about to show or start, with everything that takes the network already looked up (who may approve,
 * who is in the channel), so that the transaction of R4 only writes. Opaque to turn/.
 */
export interface PublishPlan {
  turn: string;
  conversation: ConversationRef;
  /** Per planned action: where its card goes, and what the thread is told when that is elsewhere. */
  cards: {
    action: string;
    /** Nobody needs to be asked (any more): it is approved at once. */
    starts: boolean;
    /** The card in the conversation's own thread. */
    inThread: boolean;
    /** Slack user ids that get the card by DM. */
    directs: string[];
    /** A line for the thread: who was asked elsewhere, or that nobody may approve. */
    notice?: string;
  }[];
}

/** What turn/ calls inside its own transactions (R1, R4, R5, R9). Each fences nothing by itself: the turn row does. */
export interface GateTurns {
  /** R1, and before a turn ends: whatever is still planned is an orphan. */
  supersedePlanned(tx: Tx, turn: string): Promise<void>;
  /** Before R4's transaction, outside any: looks up where the cards of the turn's planned actions go. */
  preparePublish(turn: string, conversation: ConversationRef): Promise<PublishPlan>;
  /**
   * R4: planned -> waiting (card into the outbox) or approved (act job). Answers how many wait or run; with none open
   * (the same call was settled earlier in the turn) nobody will wake the turn: let it go on at once.
   */
  publish(tx: Tx, plan: PublishPlan): Promise<{ open: number }>;
  /** R9: planned, waiting and approved -> cancelled, cards updated. Answers what was cancelled and what still runs. */
  cancelOpen(tx: Tx, turn: string, by: string): Promise<{ cancelled: Action[]; running: Action[] }>;
  /**
   * Before a pressed button's call becomes a turn: why it would be refused to this person, in words. Nothing when it
   * may be proposed, or when that could not be told within a second.
   */
  objection(
    call: Pick<Call, "tool" | "args">,
    who: Pick<RunContext, "principal" | "conversation">,
  ): Promise<string | undefined>;
  /** Why the rules forbid this person every tool, in their words; nothing where they leave any, or cannot be asked. */
  forbiddenTo(principal: Principal): Promise<string | undefined>;
}

/** What the workers' acts lane runs. A job is a hint: each looks up what is to be done, and does nothing when nothing is. */
export interface GateExecutor {
  /** Job `act` (payload `{ action }`): re-checks, sends once inside the window, settles (R7). */
  act(action: string): Promise<void>;
  /** Job `follow` (payload `{ action }`): one look at what runs on; schedules the next one itself. */
  follow(action: string): Promise<void>;
}

/** R10 for actions: approved without a job, executing with a dead owner, expired, followed without a job. */
export interface GateSweep {
  sweep(): Promise<void>;
}

/** A click on a card's button, from a verified Slack payload. */
export interface Click {
  kind: "approve" | "reject";
  /** The opaque value of the button: an action id. Nothing else of the message is believed. */
  action: string;
  clicker: Principal;
  reason?: string;
  /** The message the button stood on; must be a recorded post of the card, or a list shown to this very person. */
  message: { channel: string; ts: string } | { shownTo: string };
}

/** What a clicker is told, always. `text` is in people's words and says the next step. */
export interface ClickAnswer {
  kind:
    | "counted"
    | "decided"
    | "already"
    | "not_eligible"
    | "moved"
    | "closed"
    | "forged"
    | "expired"
    | "reason_wanted"
    | "not_recorded";
  text: string;
  state?: ActionState;
}

/** What slack/ calls when people decide. Decisions are one transaction at intake, before Slack is acknowledged (R6). */
export interface GateDecisions {
  decide(click: Click): Promise<ClickAnswer>;
  /** *Check* on an unknown outcome: asks the tool's `find` (R8). May take seconds; call it after acknowledging. */
  check(action: string, by: Principal, message: Click["message"]): Promise<ClickAnswer>;
  /** Waiting for this person, and asked by this person (open ones and the last few settled). */
  approvalsOf(person: Principal): Promise<{ waitingForMe: CardView[]; askedByMe: CardView[] }>;
  /** What a turn asked for or did, as the ledger has it now, oldest first: what its receipt shows. */
  ofTurn(turn: string): Promise<Action[]>;
  /** Everything a card shows, from stored data. */
  card(card: string): Promise<CardView | undefined>;
}

/** A card as stored: the newest action of its line, its votes, and who may decide. */
export interface CardView {
  action: Action;
  title: string;
  votes: Vote[];
  /** Per ask: who may answer, by name, and how many have. */
  asks: {
    group: string;
    because: string;
    count: number;
    have: number;
    /** Who may answer, at most a dozen; Slack user ids, so that a card may mention them. */
    people: { name: string; user: string }[];
    policy: string;
  }[];
  /** The requester's words that led here. */
  words: string;
  /** Set when the target moved and this action replaced another: what was before. */
  refreshedFrom?: { preview: Action["preview"]; targetVersion: string };
  conversation: ConversationRef;
}

/** People and groups, from Slack and policies/groups.yml. A throw or `undefined` denies. */
export interface Directory {
  person(workspace: string, user: string): Promise<Principal | undefined>;
  /** Slack user ids of a user group. */
  usergroup(workspace: string, id: string): Promise<string[]>;
  personByEmail(workspace: string, email: string): Promise<Principal | undefined>;
  /** Whether the person is a member of the channel (cards go where their approvers are). */
  inChannel(workspace: string, channel: string, user: string): Promise<boolean>;
}
