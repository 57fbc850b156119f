import pg from "pg";
import type { Transact, Tx } from "../core/tx.ts";
import { prepareStatements } from "./statements.ts";

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

/** A newer version migrated meanwhile: a connection's prepared statement no longer fits its table. */
const isOutdated = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && error.code === "0A000";

/**
 * Rows are looked up by their indexes, whatever the statistics say. Plans of prepared statements are kept, also inside
 * the queue's functions: those made while tables were nearly empty read them whole, until the next analyse. In a first
 * burst of ten thousand messages that made every acknowledgement four times as slow. So a plan can be kept from the
 * first time on: making it anew for each run is most of what the intake's statement costs the server (2.8 against
 * 1.2 ms). Without the compiler: servers before 18 take a table that has to be read whole for a reason to start it.
 */
const indexPlans = [
  "enable_seqscan=off",
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  "plan_cache_mode=force_generic_plan",
  "jit=off",
]
  .map((setting) => `-c ${setting}`)
  .join(" ");

/**
 * Opens a pool whose idle connections may end (restart, fail-over) without ending the process. Statements that are given
 * to a connection without waiting go out together and run in their order: of what a transaction costs this process,
 * most is sending and hearing back.
 */
export const openPool = ({ url, log, max, connectMs, statementMs }: PoolOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: max ?? 16,
    connectionTimeoutMillis: connectMs ?? 5_000,
    keepAlive: true,
    application_name: "steward",
    options: indexPlans,
    pipeline: true,
    ...(statementMs !== undefined && { statement_timeout: statementMs, query_timeout: statementMs + 250 }),
  });
  pool.on("error", (error) => log.warn({ err: error }, "an idle Postgres connection ended"));
  return pool;
};

type Prepare = ReturnType<typeof prepareStatements>;

/** A client or a pool by the interface of transactions. */
const queriesOf = (on: pg.PoolClient | pg.Pool, prepare: Prepare): Tx => ({
  query: async <Row>(text: string, values?: readonly unknown[]) => {
    const { rows, rowCount } =
      values === undefined ? await on.query(text) : await on.query(prepare(text, values));
    return { rows: rows as Row[], rowCount };
  },
});

/** Reads of their own, each one statement, straight from the pool. */
export const readerOn = (pool: pg.Pool): Tx => queriesOf(pool, prepareStatements());

/**
 * A transaction's queries, until it is over. Of statements that go out together one may fail while another one's next
 * is still to come: after the rollback that one would stand alone, for good, and on a connection that may be another's.
 */
const untilOver = (tx: Tx): { tx: Tx; end(): void } => {
  let over = false;
  return {
    tx: {
      query: <Row>(text: string, values?: readonly unknown[]) =>
        over
          ? Promise.reject(new Error("Its transaction is over: this statement was not run."))
          : tx.query<Row>(text, values),
    },
    end: () => {
      over = true;
    },
  };
};

/** Transactions on a pool. A connection that is of no use any more is closed, never handed on half-open. */
const transactOn = (pool: pg.Pool): Transact => {
  const prepare = prepareStatements();
  return async (work) => {
    const client = await pool.connect();
    // Checked-out clients tell of a lost connection by an event too; the running query rejects as well.
    const lost = (): void => {};
    client.on("error", lost);
    const open = untilOver(queriesOf(client, prepare));
    let broken: Error | undefined;
    try {
      await client.query("begin");
      const result = await work(open.tx);
      open.end();
      await client.query("commit");
      return result;
    } catch (error) {
      open.end();
      await client.query("rollback").catch((failure: unknown) => {
        broken = failure instanceof Error ? failure : new Error(String(failure));
      });
      if (isOutdated(error)) broken = error;
      throw error;
    } finally {
      client.off("error", lost);
      client.release(broken);
    }
  };
};

/** Opens Postgres for this process. Nothing connects yet: the first query does. */
export const openStore = (options: PoolOptions): Store => {
  const pool = openPool(options);
  return { pool, transact: transactOn(pool), close: () => pool.end() };
};
