import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { ConversationMemory, Exchange } from "../../src/agent/types.ts";
import { openPostgresMemory } from "../../src/memory/postgres.ts";
import { exchangeCharsMax, recentMax, summaryCharsMax } from "../../src/memory/recollection.ts";
import { openRedisMemory } from "../../src/memory/redis.ts";
import { resilient } from "../../src/memory/resilient.ts";
import { freshDatabase, freshRedis } from "../support/database.ts";

const exchange = (turn: number, words = "short"): Exchange => ({
  turn: `turn-${String(turn).padStart(4, "0")}`,
  by: "Anna",
  person: "mail:anna@example.com",
  ask: `ask ${turn} ${words}`,
  answer: `answer ${turn} ${words}`,
  at: new Date(Date.UTC(2026, 10, 20, 10, 0, turn)).toISOString(),
});
let conversations = 0;
const conversation = (): string => `T1/C1/${conversations++}`;

/** What every implementation must do. */
const contract = (open: () => ConversationMemory): void => {
  it("holds nothing of a conversation it has not seen", async () => {
    expect(await open().load(conversation())).toBeUndefined();
  });

  it("gives back what was appended, oldest first", async () => {
    const key = conversation();
    await open().append(key, exchange(1), "one");
    await open().append(key, exchange(2), "two");
    expect(await open().load(key)).toEqual({ summary: "two", recent: [exchange(1), exchange(2)] });
  });

  it("appends a turn once, however often it is told", async () => {
    const key = conversation();
    for (let i = 0; i < 3; i++) await open().append(key, exchange(1), "one");
    expect((await open().load(key))?.recent).toHaveLength(1);
  });

  it("keeps a constant size, however long the thread and the texts", async () => {
    const key = conversation();
    for (let i = 1; i <= 50; i++)
      await open().append(key, exchange(i, "long ".repeat(5_000)), "s".repeat(50_000));
    const held = await open().load(key);
    expect(held?.recent).toHaveLength(recentMax);
    expect(held?.recent.at(-1)?.turn).toBe("turn-0050");
    for (const one of held?.recent ?? []) expect(one.ask.length).toBeLessThanOrEqual(exchangeCharsMax);
    expect(held?.summary.length).toBeLessThanOrEqual(summaryCharsMax);
  });

  it("restores exactly what was rebuilt, and forgets", async () => {
    const key = conversation();
    await open().append(key, exchange(9), "old");
    const rebuilt = { summary: "rebuilt", recent: [exchange(1), exchange(2)] };
    await open().restore(key, rebuilt);
    expect(await open().load(key)).toEqual(rebuilt);
    await open().forget(key);
    expect(await open().load(key)).toBeUndefined();
  });

  it("keeps conversations apart, whatever their names", async () => {
    const [a, b] = [conversation(), `${conversation()}:recent`];
    await open().append(a, exchange(1), "a");
    await open().append(b, exchange(2), "b");
    expect((await open().load(a))?.recent).toEqual([exchange(1)]);
  });

  it("loses neither of two exchanges appended at once", async () => {
    const key = conversation();
    await Promise.all([open().append(key, exchange(1), "s"), open().append(key, exchange(2), "s")]);
    expect((await open().load(key))?.recent.map((one) => one.turn)).toEqual(["turn-0001", "turn-0002"]);
  });
};

describe("memory on Postgres", () => {
  let memory: ConversationMemory;
  beforeAll(async () => {
    memory = openPostgresMemory((await freshDatabase(afterAll)).transact);
  });
  contract(() => memory);
});

// test/servers.ts says aloud that this is skipped, or fails where Redis is required.
describe.skipIf(inject("redis") === undefined)("memory on Redis", () => {
  let url = "";
  let memory: ConversationMemory;
  beforeAll(async () => {
    url = (await freshRedis()) ?? "";
    memory = openRedisMemory(url, () => undefined);
    return () => memory.close();
  });
  contract(() => memory);

  it("gives every key a time to live", async () => {
    await memory.append(conversation(), exchange(1), "s");
    const redis = new Redis(url);
    const keys = await redis.keys("*");
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(0);
    redis.disconnect();
  });

  it("loses nothing but memory when it is wiped", async () => {
    const key = conversation();
    await memory.append(key, exchange(1), "s");
    const redis = new Redis(url);
    await redis.flushdb();
    redis.disconnect();
    expect(await memory.load(key)).toBeUndefined();
  });
});

describe("memory that is away", () => {
  it("never fails a turn, and says that it is away", async () => {
    const failures: unknown[] = [];
    const away = openRedisMemory("redis://127.0.0.1:1", () => undefined);
    const memory = resilient(away, (error) => failures.push(error));
    expect(await memory.load("T1/C1/1")).toBeUndefined();
    await memory.append("T1/C1/1", exchange(1), "s");
    await expect(away.ping()).rejects.toThrow();
    expect(failures).toHaveLength(1);
    await memory.close();
  });
});
