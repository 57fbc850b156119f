import type { JsonObject } from "./json.ts";
import type { Tx } from "./tx.ts";

/** What stands in the audit log: one row for all that was asked, decided, done or refused. */
export interface AuditEntry {
  /** `noun.verb` in the past: `action.proposed`, `vote.counted`, `click.refused`, `action.sent`, `turn.ended`. */
  kind: string;
  /** `personKey`, or `steward` for what code does by itself, or `worker:<id>`. */
  actor: string;
  conversation?: string;
  turn?: string;
  action?: string;
  /** Digests, references, states, policy names: nothing that erasure must reach. */
  fields: JsonObject;
  /** Text and arguments; stored aside so that erasure never rewrites an append-only row. */
  payload?: JsonObject;
}

/** The audit log as the other rooms see it. Both throw when the row cannot be stored: no audit row, no effect. */
export interface Audit {
  /** Rows of state changes: inside the change's own transaction (R12). */
  appendIn(tx: Tx, entry: AuditEntry): Promise<void>;
  /** All others: group-committed; resolves when the row is durable. */
  append(entry: AuditEntry): Promise<void>;
}
