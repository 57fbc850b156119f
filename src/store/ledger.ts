import type pg from "pg";
import type { Tx } from "../core/tx.ts";
import type { Ledger } from "../gate/ports.ts";
import { ledgerEffects } from "./ledger-effects.ts";
import { ledgerLost } from "./ledger-lost.ts";
import { ledgerMarks } from "./ledger-marks.ts";
import { ledgerReads } from "./ledger-reads.ts";
import { ledgerWrites } from "./ledger-writes.ts";
import { votes } from "./votes.ts";

/** Reads of their own, each one statement, straight from the pool. */
const readerOn = (pool: pg.Pool): Tx => ({
  query: async <Row>(text: string, values?: readonly unknown[]) => {
    const { rows, rowCount } = await pool.query(text, values === undefined ? undefined : [...values]);
    return { rows: rows as Row[], rowCount };
  },
});

/** The gate's ledger on Postgres. */
export const createLedger = (pool: pg.Pool): Ledger => {
  const db = readerOn(pool);
  return {
    actions: { ...ledgerReads(db), ...ledgerWrites },
    lost: ledgerLost(db),
    votes: votes(db),
    effects: ledgerEffects(db),
    marks: ledgerMarks(db),
  };
};
