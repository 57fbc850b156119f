import type { Agents, ConversationMemory, Recollection } from "../agent/types.ts";
import type { Audit } from "../core/audit.ts";
import type { Crash } from "../core/crash.ts";
import type { Principal } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Transact } from "../core/tx.ts";
import type { Marks } from "../gate/ports.ts";
import type { GateTurns } from "../gate/types.ts";
import type { ConnectionWaits } from "./connection-ports.ts";
import type { FormStore } from "./form-ports.ts";
import type { QuestionStore } from "./question-ports.ts";
import type { Line } from "./line.ts";
import type { OfferStore, StopStore, SweepStore, TurnStore } from "./ports.ts";
import type { Admission } from "./admission.ts";
import type { FileReader, People, ThreadReader, Voice, Whisper } from "./types.ts";

/** A structured log; never given people's words. */
interface TurnLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What turns are made of. */
export interface TurnParts {
  store: TurnStore;
  offers: OfferStore;
  questions: QuestionStore;
  forms: FormStore;
  stops: StopStore;
  /** Turns that wait for an account of their person. */
  connections: ConnectionWaits;
  /** Shows a person, privately and in the conversation, the way to connect an account. Best effort. */
  invite(conversation: ConversationRef, user: string, wait: { turn: string; system: string }): Promise<void>;
  /** What the sweep re-derives (R10). */
  lost: SweepStore;
  transact: Transact;
  agents: Agents;
  gate: GateTurns;
  memory: ConversationMemory;
  /** Memory's own caps, so that what is rebuilt equals what it would have held. */
  bounded(recollection: Recollection): Recollection;
  marks: Pick<Marks, "of" | "add">;
  audit: Audit;
  voice: Voice;
  /** Whether others wait for a place. */
  line: Pick<Line, "crowded">;
  whisper: Whisper;
  threads: ThreadReader;
  files: FileReader;
  /** Whether a request is taken up; `shared`: Slack said that another organisation shares the channel. */
  admit(principal: Principal, conversation: ConversationRef, shared: boolean): Promise<Admission>;
  people: People;
  /** How many files an answer brings: what of it is too large for a message. */
  countFiles(answer: string): number;
  crash: Crash;
  log: TurnLog;
  /** This process, as owner of the turns it runs; its proof of life is held by the lanes. */
  worker: string;
  /** Seconds a run may take; the shipped limit unless a test needs less. */
  secondsMax?: number;
}
