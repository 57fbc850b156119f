import type { Action } from "../core/action.ts";
import type { Audit } from "../core/audit.ts";
import type { JsonObject } from "../core/json.ts";
import type { Principal } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Gate, GateTurns } from "../gate/types.ts";
import type { Marks } from "../gate/ports.ts";
import type { Intake } from "../turn/types.ts";
import type { RequestStore } from "./ports.ts";

/** Who calls, by which token. */
export interface Caller {
  token: string;
  principal: Principal;
}

/** What a call gives back to its client. */
export interface CallAnswer {
  text: string;
  /** Nothing was found or done as asked; the text says why, and what to do. */
  failed: boolean;
  data?: JsonObject;
}

/** What calls of clients are made with. */
export interface CallParts {
  gate: Pick<Gate, "visible" | "read">;
  objection: GateTurns["objection"];
  /** What a turn asked for or did, as the ledger has it. */
  actionsOf(turn: string): Promise<Action[]>;
  requests: RequestStore;
  intake: Intake;
  marks: Pick<Marks, "add">;
  audit: Audit;
  /** Opens the thread of a request in the person's direct messages. */
  openThread(request: { id: string; workspace: string; user: string; shown: string }): Promise<{
    channel: string;
    threadTs: string;
  }>;
  /** Takes the thread's first line back. */
  closeThread(thread: { channel: string; threadTs: string }): Promise<void>;
  /** Where a person finds a request: its card in Slack, and its run's page. Empty where neither can be linked. */
  linksOf(
    caller: Principal,
    at: { channel: string; threadTs: string; turn: string | null },
  ): Promise<string[]>;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
  /** Milliseconds that a call waits for its card; tests give less. */
  waitMs?: number;
}

/** The place that a token's reads stand in: what they marked as untrusted belongs to that token's client. */
export const placeOf = ({ token, principal }: Caller): ConversationRef => ({
  key: `${principal.workspace}/${principal.user}/mcp-${token}`,
  workspace: principal.workspace,
  channel: principal.user,
  threadTs: `mcp-${token}`,
  kind: "dm",
});
