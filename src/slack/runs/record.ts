import type { JsonObject } from "../../core/json.ts";
import type { Principal } from "../../core/principal.ts";
import type { ConversationRef, TurnOrigin, TurnRequest, TurnState, Usage } from "../../core/turn.ts";

/** One call of a tool that was made for a turn, as the audit log has it. */
export interface RecordedCall {
  tool: string;
  at: Date;
  args: JsonObject;
  /** `refused`: by the gate or by the tool, with its words. */
  outcome: "done" | "refused";
  /** The beginning of what it gave, or why it was refused. */
  text: string;
  /** How long it took; nothing for refused ones. */
  ms: number | undefined;
}

/** Everything that is stored of one turn, whoever may see it. */
export interface RunRecord {
  turn: string;
  conversation: ConversationRef;
  state: TurnState;
  origin: TurnOrigin;
  principal: Principal;
  request: TurnRequest;
  /** Names. */
  agent: string | null;
  route: { agent: string; why: string; candidates: { name: string; score: number }[] } | null;
  planner: string | null;
  usage: Usage;
  began: Date;
  ended: Date | null;
  calls: RecordedCall[];
  /** `personKey` of everybody who asked in this conversation or voted on this turn's actions. */
  participants: string[];
}

/** Reads stored runs; store/ implements it. */
export interface RunRecords {
  get(turn: string): Promise<RunRecord | undefined>;
}
