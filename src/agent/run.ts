import type { RunContext } from "../gate/types.ts";
import type { Action } from "../core/action.ts";
import type { Tool } from "../core/tool.ts";
import type { AgentEvent, TurnStart } from "./types.ts";

/** Everything the nodes need of the one run they serve; lives in memory only, never in a checkpoint. */
export interface Run {
  start: TurnStart;
  /** For the gate; its signal also aborts a little before the turn's own deadline, so that an answer still fits. */
  context: RunContext;
  /** Whether this run continues from a kept checkpoint: only then may outcomes have changed. */
  resumed: boolean;
  /** The settled action that a continued request starts from (R11). */
  outcome: Action | undefined;
  /** Milliseconds a work may still think: of the turn's time, and of its agent's own since its first thought here. */
  left(work: string, secondsMax: number): number;
  /** Tools this principal may use here; asked of the gate once. */
  visible(): Promise<Tool[]>;
  /** Work whose text is the answer's: only its text is streamed. */
  answering: string;
  emit(event: AgentEvent): void;
}
