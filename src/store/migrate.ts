import { makeWorkerUtils } from "graphile-worker";
import { runner } from "node-pg-migrate";
import pg from "pg";
import { fileURLToPath } from "node:url";

/** One process migrates at a time; the others wait here and find nothing to do. Class 7746, next to the liveness locks. */
const lockClass = 7746;

/** A step of another room, run under the same lock (the graph saver's own tables). */
export type Setup = (url: string) => Promise<void>;

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

const ours = (url: string): Promise<unknown> =>
  runner({
    databaseUrl: url,
    dir: fileURLToPath(new URL("migrations", import.meta.url)),
    direction: "up",
    migrationsTable: "migration",
    migrationsSchema: "steward",
    createMigrationsSchema: true,
    singleTransaction: true,
    // Our own lock waits for its turn; theirs fails a second runner.
    noLock: true,
    logger: quiet,
  });

const queues = async (url: string): Promise<void> => {
  const utils = await makeWorkerUtils({ connectionString: url });
  try {
    await utils.migrate();
  } finally {
    await utils.release();
  }
};

/**
 * Brings the database to this version: our migrations (forward only, one transaction), the queue's, then `setups` in
 * order. Safe to run by many processes at once, at every start.
 */
export const migrate = async (url: string, setups: readonly Setup[] = []): Promise<void> => {
  const client = new pg.Client({ connectionString: url, application_name: "steward migrate" });
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1, 0)", [lockClass]);
    await ours(url);
    await queues(url);
    for (const setup of setups) await setup(url);
  } finally {
    await client.end();
  }
};
