import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import { openStore, type Store } from "../../src/store/pool.ts";
import { silent } from "./silent.ts";

const admin = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: inject("postgres") });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** One template copy at a time: a second one would find the template in use. */
const copying = `select pg_advisory_lock(7745, 0)`;

/**
 * A migrated database of one's own, as its URL and an open store. Closed and dropped when the test ends; call it
 * inside a test, or pass the hook's own `finished` (afterAll) to keep it for a file.
 */
export const freshDatabase = async (
  finished: (cleanup: () => Promise<void>) => void = onTestFinished,
): Promise<Store & { url: string }> => {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await admin(async (client) => {
    await client.query(copying);
    await client.query(`create database ${name} template steward_template`);
  });
  const url = inject("postgres").replace(/\/steward$/, `/${name}`);
  const store = openStore({ url, log: silent });
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await store.close();
  };
  finished(async () => {
    await close();
    await admin((client) => client.query(`drop database ${name} with (force)`));
  });
  return { ...store, close, url };
};

/** A Redis database of one's own, emptied; undefined where Redis is absent (the run says so at its start). */
export const freshRedis = async (): Promise<string | undefined> => {
  const url = inject("redis");
  if (url === undefined) return undefined;
  const counter = new Redis(url);
  const index = 1 + ((await counter.incr("test:databases")) % 1_000);
  await counter.select(index);
  await counter.flushdb();
  counter.disconnect();
  return `${url}/${index}`;
};
