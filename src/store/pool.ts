import pg from "pg";
import type { Transact, Tx } from "../core/tx.ts";

/** What the store says of connections that end by themselves. */
interface StoreLog {
  warn(fields: object, message: string): void;
}

/** Postgres as this process uses it. */
export interface Store {
  /** For the rooms that name queries (store, memory, audit); everybody else gets `transact`. */
  pool: pg.Pool;
  transact: Transact;
  /** Waits for what is under way, then closes. */
  close(): Promise<void>;
}

export interface PoolOptions {
  url: string;
  log: StoreLog;
  /** Connections at most. */
  max?: number;
  /** A caller waits this long for a connection, then gets an error instead of hanging. */
  connectMs?: number;
  /** The server gives a statement up after this long. */
  statementMs?: number;
  /**
   * Look rows up by their indexes, whatever the statistics say. Plans of prepared statements are kept, also inside the
   * queue's functions: those made while tables were nearly empty read them whole, until the next analyse. In a first
   * burst of ten thousand messages that made every acknowledgement four times as slow.
   */
  byIndex?: boolean;
}

/** Lost connections, a server that stops, and a statement that was given up for its time (57014). */
const codesOfAway = /^(08|57P0|57014)/;

/** Whether an error says that Postgres is away or too slow, rather than that a statement was wrong. */
export const isAway = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return (
    codesOfAway.test(code) ||
    ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EHOSTUNREACH"].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Query read timeout/.test(error.message)
  );
};

const indexPlans = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

/** Opens a pool whose idle connections may end (restart, fail-over) without ending the process. */
export const openPool = ({ url, log, max, connectMs, statementMs, byIndex }: PoolOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: max ?? 16,
    connectionTimeoutMillis: connectMs ?? 5_000,
    keepAlive: true,
    application_name: "steward",
    ...(byIndex === true && { options: indexPlans }),
    ...(statementMs !== undefined && { statement_timeout: statementMs, query_timeout: statementMs + 250 }),
  });
  pool.on("error", (error) => log.warn({ err: error }, "an idle Postgres connection ended"));
  return pool;
};

/** A client as an open transaction. */
const txOf = (client: pg.PoolClient): Tx => ({
  query: async <Row>(text: string, values?: readonly unknown[]) => {
    const { rows, rowCount } = await client.query(text, values === undefined ? undefined : [...values]);
    return { rows: rows as Row[], rowCount };
  },
});

/** Transactions on a pool. A connection that failed inside one is closed, never handed on half-open. */
const transactOn =
  (pool: pg.Pool): Transact =>
  async (work) => {
    const client = await pool.connect();
    // Checked-out clients tell of a lost connection by an event too; the running query rejects as well.
    const lost = (): void => {};
    client.on("error", lost);
    let broken: Error | undefined;
    try {
      await client.query("begin");
      const result = await work(txOf(client));
      await client.query("commit");
      return result;
    } catch (error) {
      await client.query("rollback").catch((failure: unknown) => {
        broken = failure instanceof Error ? failure : new Error(String(failure));
      });
      throw error;
    } finally {
      client.off("error", lost);
      client.release(broken);
    }
  };

/** Opens Postgres for this process. Nothing connects yet: the first query does. */
export const openStore = (options: PoolOptions): Store => {
  const pool = openPool(options);
  return { pool, transact: transactOn(pool), close: () => pool.end() };
};
