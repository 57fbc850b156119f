import type pg from "pg";
import type { Ledger } from "../gate/ports.ts";
import { ledgerEffects } from "./ledger-effects.ts";
import { ledgerLost } from "./ledger-lost.ts";
import { ledgerMarks } from "./ledger-marks.ts";
import { ledgerReads } from "./ledger-reads.ts";
import { ledgerWrites } from "./ledger-writes.ts";
import { readerOn } from "./pool.ts";
import { votes } from "./votes.ts";

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
