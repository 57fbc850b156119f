import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { startLocalPostgres } from "../../src/store/local/postgres.ts";
import { startLocalRedis } from "../../src/store/local/redis.ts";

const folder = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), "steward-local-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  // Such folders are made for their maker alone; the account that root lends to Postgres must get in.
  await chmod(made, 0o755);
  return made;
};

const query = async (url: string, text: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

describe("a Postgres of our own", () => {
  it("keeps its data and its address over a restart, and is taken over when a killed parent left it running", async () => {
    const dir = join(await folder(), "postgres");
    const first = await startLocalPostgres({ dir });
    await query(first.url, "create table kept as select 7 as n");
    // The same database, without the network.
    expect(await query(first.nearUrl, "select inet_server_addr() as net, n from kept")).toEqual([
      { net: null, n: 7 },
    ]);
    // Nobody stopped it: the second start finds it running.
    const left = await startLocalPostgres({ dir });
    expect(left.url).toBe(first.url);
    await left.stop();
    await expect(query(first.url, "select 1")).rejects.toThrow();
    const again = await startLocalPostgres({ dir });
    expect(again.url).toBe(first.url);
    expect(await query(again.url, "select n from kept")).toEqual([{ n: 7 }]);
    await again.stop();
  });

  it("makes a half-made folder anew", async () => {
    const dir = await folder();
    await startLocalPostgres({ dir }).then((server) => server.stop());
    await rm(join(dir, "ready"));
    await rm(join(dir, "data", "PG_VERSION"));
    const server = await startLocalPostgres({ dir });
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it.runIf(process.getuid?.() === 0)("as root finds a place that its account can reach", async () => {
    const closed = await folder();
    await chmod(closed, 0o700);
    const server = await startLocalPostgres({ dir: join(closed, "inside") });
    onTestFinished(() => rm(server.folder, { recursive: true, force: true }));
    expect(server.folder.startsWith(closed)).toBe(false);
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    const again = await startLocalPostgres({ dir: join(closed, "inside") });
    expect(again.url).toBe(server.url);
    await server.stop();
  });

  it("says what its log says when it cannot start", async () => {
    const dir = await folder();
    await startLocalPostgres({ dir }).then((server) => server.stop());
    await writeFile(join(dir, "data", "postgresql.conf"), "no_such_setting = 1\n");
    await expect(startLocalPostgres({ dir })).rejects.toThrow(/did not start.*no_such_setting/s);
  });
});

describe.skipIf(inject("redis") === undefined)("a Redis of our own", () => {
  it("keeps its data and its address over a restart, and is taken over when a killed parent left it running", async () => {
    const dir = await folder();
    const first = await startLocalRedis({ dir });
    const client = new Redis(first?.url ?? "");
    await client.set("kept", "7");
    client.disconnect();
    const left = await startLocalRedis({ dir });
    expect(left?.url).toBe(first?.url);
    await left?.stop();
    const again = await startLocalRedis({ dir });
    expect(again?.url).toBe(first?.url);
    const reader = new Redis(again?.url ?? "");
    expect(await reader.get("kept")).toBe("7");
    reader.disconnect();
    await again?.stop();
  });
});
