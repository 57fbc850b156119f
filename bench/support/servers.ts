import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { setupSaver } from "../../src/agent/saver.ts";
import { startLocalPostgres } from "../../src/store/local/postgres.ts";
import { startLocalRedis } from "../../src/store/local/redis.ts";
import { migrate } from "../../src/store/migrate.ts";

/** A migrated database of one's own. */
export interface Database {
  url: string;
  /** For looking at what the product wrote; few connections. */
  pool: pg.Pool;
  drop(): Promise<void>;
}

/** Postgres and Redis of the bench's own, in a temporary folder, with the durability they are shipped with. */
export interface Servers {
  /** Undefined where no redis-server or valkey-server is on the PATH: memory is then in Postgres. */
  redisUrl: string | undefined;
  versions: { postgres: string; redis: string | null };
  /** How the product reaches Postgres; over TCP a statement costs both sides about twice as much. */
  postgresBy: "unix socket" | "tcp";
  database(): Promise<Database>;
  stop(): Promise<void>;
}

const query = async (url: string, text: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};

const redisVersion = async (url: string | undefined): Promise<string | null> => {
  if (url === undefined) return null;
  const redis = new Redis(url);
  const info = await redis.info("server");
  redis.disconnect();
  return /redis_version:(\S+)/.exec(info)?.[1] ?? "unknown";
};

/** Starts Postgres with commit times kept: "started" is the moment an intent row was committed. */
const startPostgres = async (dir: string) => {
  const first = await startLocalPostgres({ dir });
  await query(first.url, "alter system set track_commit_timestamp = on");
  await first.stop();
  return startLocalPostgres({ dir });
};

/** Starts both servers. `stop` ends them and removes what they wrote. */
export const startServers = async (): Promise<Servers> => {
  const folder = await mkdtemp(join(tmpdir(), "steward-bench-"));
  const postgres = await startPostgres(join(folder, "postgres"));
  const redis = await startLocalRedis({ dir: join(folder, "redis") });
  const [row] = await query(postgres.url, "show server_version");
  const database = async (): Promise<Database> => {
    const name = `bench_${randomUUID().replaceAll("-", "")}`;
    await query(postgres.url, `create database ${name}`);
    // As `npm start` reaches it: through the server's own socket.
    const near = new URL(postgres.nearUrl);
    near.pathname = `/${name}`;
    const url = near.href;
    await migrate(url, [setupSaver]);
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    // A server that stops ends idle connections; nobody waits for one then.
    pool.on("error", () => {});
    return {
      url,
      pool,
      drop: async () => {
        await pool.end();
        await query(postgres.url, `drop database ${name} with (force)`);
      },
    };
  };
  return {
    redisUrl: redis?.url,
    versions: {
      postgres: (row as { server_version: string }).server_version,
      redis: await redisVersion(redis?.url),
    },
    postgresBy: postgres.nearUrl === postgres.url ? "tcp" : "unix socket",
    database,
    stop: async () => {
      await redis?.stop();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
      if (postgres.folder !== join(folder, "postgres"))
        await rm(postgres.folder, { recursive: true, force: true });
    },
  };
};
