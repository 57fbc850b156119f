import type { Audit, AuditEntry } from "../core/audit.ts";
import type { Transact, Tx } from "../core/tx.ts";
import { isAway } from "../store/pool.ts";
import { auditRow, type AuditRow } from "./row.ts";

/** Rows of one flush; a larger buffer waits for the next. */
const batchMax = 500;

/**
 * Rows and their payloads, one statement: every state change pays for this one. JSON text cannot hold raw NUL
 * (JSON.stringify escapes it), which Postgres text could not store.
 */
const statement = `
  with payloads as (
    insert into steward.audit_payload (id, body, salt)
    select * from unnest($9::uuid[], $10::text[], $11::bytea[]))
  insert into steward.audit (kind, actor, conversation, turn, action, body, row_hash, payload)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::bytea[], $8::uuid[])`;

const insertRows = async (tx: Tx, rows: readonly AuditRow[]): Promise<void> => {
  const payloads = rows.flatMap((row) => (row.payload === null ? [] : [row.payload]));
  await tx.query(statement, [
    rows.map((row) => row.kind),
    rows.map((row) => row.actor),
    rows.map((row) => row.conversation),
    rows.map((row) => row.turn),
    rows.map((row) => row.action),
    rows.map((row) => row.body),
    rows.map((row) => row.rowHash),
    rows.map((row) => row.payload?.id ?? null),
    payloads.map((p) => p.id),
    payloads.map((p) => p.body),
    payloads.map((p) => p.salt),
  ]);
};

interface Waiting {
  row: AuditRow;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * The audit log's writer. Rows of state changes go into the change's own transaction; all others are group-committed:
 * one flush is under way at a time, and what arrives meanwhile is the next batch.
 */
export const openAudit = (transact: Transact): Audit & { idle(): Promise<void> } => {
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | undefined;

  const write = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      await transact((tx) =>
        insertRows(
          tx,
          batch.map((w) => w.row),
        ),
      );
      for (const w of batch) w.done();
    } catch (error) {
      // One row that Postgres refuses must not cost the others theirs; when Postgres is away, all fail at once.
      const alone = batch.length === 1 || isAway(error);
      if (alone) for (const w of batch) w.failed(error);
      else for (const w of batch) await write([w]);
    }
  };

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax);
      waiting = waiting.slice(batchMax);
      await write(batch);
    }
    flushing = undefined;
  };

  return {
    appendIn: (tx: Tx, entry: AuditEntry) => insertRows(tx, [auditRow(entry)]),
    append: (entry: AuditEntry) =>
      new Promise<void>((done, failed) => {
        waiting.push({ row: auditRow(entry), done, failed });
        flushing ??= flush();
      }),
    idle: async () => {
      await flushing;
    },
  };
};
