import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startLocalPostgres } from "../src/store/local/postgres.ts";
import { startLocalRedis } from "../src/store/local/redis.ts";
import { migrate } from "../src/store/migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The superuser's URL of the server's `steward` database. */
    postgres: string;
    /** Undefined where no redis-server or valkey-server was found. */
    redis: string | undefined;
  }
}

/** The database that every test's own is a copy of. */
const template = "steward_template";
/** Each test that asks for Redis gets a database of its own. */
const redisDatabases = 1_024;

const makeTemplate = async (url: string): Promise<void> => {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${template}`);
  await migrate(url.replace(/\/steward$/, `/${template}`));
  await admin.query(`alter database ${template} is_template true`);
  await admin.end();
};

const required = (): string[] => (process.env["STEWARD_REQUIRE"] ?? "").split(",");

/** Real servers for the tests: started on free ports with their own data folders, stopped and removed at the end. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(join(tmpdir(), "steward-test-"));
  // Made for its maker alone; the account that root lends to Postgres must get in.
  await chmod(folder, 0o755);
  const postgres = await startLocalPostgres({ dir: join(folder, "postgres") });
  await makeTemplate(postgres.url);
  const redis = await startLocalRedis({ dir: join(folder, "redis"), databases: redisDatabases });
  if (redis === undefined) {
    if (required().includes("redis")) {
      await postgres.stop();
      throw new Error("STEWARD_REQUIRE names redis, and no redis-server or valkey-server is on the PATH.");
    }
    console.warn(
      "Redis suites are skipped: no redis-server or valkey-server on the PATH. Postgres memory is tested.",
    );
  }
  project.provide("postgres", postgres.url);
  project.provide("redis", redis?.url);
  return async () => {
    await redis?.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
};
