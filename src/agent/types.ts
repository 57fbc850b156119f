import type { Question } from "../core/question.ts";
import type { Offer } from "../core/tool.ts";
import type { ConversationRef, TurnOrigin, TurnRequest, Usage } from "../core/turn.ts";
import type { Principal } from "../core/principal.ts";
import type { Tx } from "../core/tx.ts";

/** One finished exchange of a conversation, as memory keeps it. */
export interface Exchange {
  turn: string;
  /** Name of the person who asked. */
  by: string;
  /** Their `personKey`: whose words these are. */
  person: string;
  ask: string;
  answer: string;
  /** ISO time. */
  at: string;
}

/** What a turn starts with: bounded, whatever the thread's length. */
export interface Recollection {
  summary: string;
  recent: Exchange[];
}

/**
 * Conversation memory. Redis and Postgres implement it; constant size; one round trip to load, one to append.
 * `append` is idempotent by turn id. Nothing promised depends on it: it is rebuilt from turns.
 */
export interface ConversationMemory {
  /** `undefined` when nothing is held (first turn, expired, wiped): the caller rebuilds and calls `restore`. */
  load(conversation: string): Promise<Recollection | undefined>;
  /** Adds one exchange and sets the summary as this turn left it. */
  append(conversation: string, exchange: Exchange, summary: string): Promise<void>;
  /** Puts back what was rebuilt from turns. */
  restore(conversation: string, recollection: Recollection): Promise<void>;
  forget(conversation: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * A file that came with the request. Always somebody's words, never an instruction. `note`: what of it was left out, for
 * people; `unread` files are only that.
 */
export type GivenFile = { name: string; note?: string } & (
  | { kind: "text"; text: string }
  /** For models that see: a data URL. Never kept in a checkpoint. */
  | { kind: "picture"; url: string }
  | { kind: "unread"; note: string }
);

/** Everything one run of a turn needs. The token fences what it proposes. */
export interface TurnStart {
  turn: string;
  token: string;
  conversation: ConversationRef;
  principal: Principal;
  origin: TurnOrigin;
  request: TurnRequest;
  recollection: Recollection;
  /** Names of untrusted texts the conversation has read so far. */
  untrusted: string[];
  /** What others said in the thread before Steward was called into it: quoted, bounded, untrusted. */
  earlier?: string;
  /** Files that came with the request; of a turn that starts. */
  files?: readonly GivenFile[];
  /**
   * What the person has said since the start to steer the turn, asked before each further thought; what it answers is
   * part of the request from then on.
   */
  steering?: () => Promise<string[]>;
  /** Agent that the message, the thread or the channel names; else the router or the supervisor decides. */
  agent?: string;
  /** Of a turn that goes on: how its waits for accounts of its person ended, by system. */
  connections?: ReadonlyMap<string, "waiting" | "connected" | "expired" | "cancelled">;
  signal: AbortSignal;
  emit(event: AgentEvent): void;
}

/** What a run tells while it works. Closed, so that a renderer can be exhaustive. */
export type AgentEvent =
  | { kind: "agent"; agent: string; why: string }
  | { kind: "step"; id: string; text: string; state: "running" | "done" | "failed" }
  | { kind: "delegated"; agent: string; task: string }
  /** A piece of what the answering work says; `message` tells one reply of the model from the next. */
  | { kind: "text"; work: string; agent: string; message: string; delta: string }
  | { kind: "planner"; name: string };

/** One call that an answer may rest on. Its number, unique in the turn, is what the answer's words cite: `[2]`. */
export interface Source {
  call: number;
  /** People's words: `Reading pipeline 8812`. */
  title: string;
  links: { label: string; url: string }[];
}

/** How a run ended. `waiting`: every work is done or waits for actions; the checkpoint is held, not yet kept. */
export type AgentOutcome =
  | {
      kind: "answer";
      agent: string;
      /** With the notes at its end. */
      text: string;
      /** Sentences of code, one paragraph each, at the end of `text`. */
      notes: string[];
      /** The text before the notes is a model's own words: claims in it need sources. */
      claims: boolean;
      sources: Source[];
      offers: Offer[];
      /** The answer is a question to the person, whose answer starts the next turn. */
      question?: Question;
      usage: Usage;
      /** Model that answered, `offline` (the router), or `direct` (one exact call, carried out by code). */
      planner: string;
      route: { agent: string; why: string; candidates: { name: string; score: number }[] };
    }
  | {
      kind: "waiting";
      agent: string;
      actions: string[];
      /** Systems in which the person must connect an account first. */
      needs: string[];
      usage: Usage;
      planner: string;
      note: string;
    }
  | { kind: "failed"; agent: string; reason: string; usage: Usage; planner: string };

/** The graph as turn/ sees it. One graph thread per turn; LangChain stays inside agent/. */
export interface Agents {
  /** Nodes, channels and works schema in one constant; a turn made by other code is not resumed (R11). */
  shape: string;
  /** Names and descriptions, for help, the router and the page. */
  list(): { name: string; title: string; description: string; owner: string; tools: string[] }[];
  /** Which planner answers now: `{ kind: "model", name }` or the offline router, with the reason. */
  planner(): { kind: "model"; name: string } | { kind: "offline"; why: string };
  /** Whether the model that would begin for an agent (the supervisor, unless named) sees pictures. */
  sees(agent?: string): boolean;
  start(start: TurnStart): Promise<AgentOutcome>;
  /** Resumes from the kept checkpoint; the resume value carries nothing. `undefined`: not resumable (R11). */
  resume(start: TurnStart): Promise<AgentOutcome | undefined>;
  /** Copies the held checkpoint into the official saver, in the caller's transaction (R4). */
  keep(turn: string, tx: Tx): Promise<void>;
  /** Deletes the kept checkpoint in the transaction that ends the turn (R5, R9). */
  end(turn: string, tx: Tx): Promise<void>;
  /** Forgets what is held in memory for a turn; call it always when a run is over. */
  drop(turn: string): void;
  /** The conversation's summary after one more exchange; never longer than its cap. */
  summarise(previous: Recollection, exchange: Exchange): string;
}
