import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { startLocalRedis } from "../../src/store/local/redis.ts";
import { answers, errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { freePort } from "../../src/store/local/port.ts";
import { readable } from "../support/slack-text.ts";
import { type Steward, startSteward } from "../steward.ts";

const channel = "C0SALES";
const first = "which deals does Initech have?";
const second = "and which of them is the largest?";
const third = "thank you, and its close date?";

const script = (steward: Steward): void =>
  steward.model.script(
    ...errand({ ask: first, agent: "revenue", tool: "crm_deal_find", args: { deal: "Initech" } }),
    { ...answers("supervisor", second, "The one of 120,000."), name: "second" },
    { ...answers("supervisor", third, "The end of the quarter."), name: "third" },
  );

/** Dan asks in a thread (a new one where none is given) and gets his answer. */
const ask = async (steward: Steward, text: string, thread?: string): Promise<string> => {
  const { slack } = steward;
  const before = thread === undefined ? 0 : slack.thread(channel, thread).length;
  const said = slack.say({
    as: "U0DAN",
    channel,
    text: thread === undefined ? `@steward ${text}` : text,
    ...(thread !== undefined && { thread_ts: thread }),
  });
  const root = thread ?? said.ts;
  await slack.waitFor(() => slack.thread(channel, root).at(before === 0 ? 1 : before + 1), {
    seconds: 20,
    what: `an answer to “${text}”`,
  });
  await expectSettled(steward);
  return root;
};

/** The bytes that the model got for the three questions of one thread; `between` happens where memory may go. */
const conversation = async (
  steward: Steward,
  between: (at: "thinking" | "after first" | "after second") => Promise<unknown>,
): Promise<readonly string[]> => {
  const { model, slack } = steward;
  const from = model.bodies().length;
  const said = slack.say({ as: "U0DAN", channel, text: `@steward ${first}` });
  // The supervisor has been asked: the answer is still to come.
  await model.journal.waitFor({ path: "/v1/chat/completions" }, from + 1, 20);
  await between("thinking");
  const answer = await slack.waitFor(() => slack.thread(channel, said.ts).at(1), { seconds: 20 });
  expect(readable(answer)).toContain("Initech");
  await expectSettled(steward);
  await between("after first");
  await ask(steward, second, said.ts);
  await between("after second");
  await ask(steward, third, said.ts);
  expect(model.unmatched()).toEqual([]);
  return model.bodies().slice(from);
};

const nothing = (): Promise<void> => Promise.resolve();

const healthOf = async ({ url }: Steward): Promise<{ ok: boolean; memory: string }> =>
  (await (await fetch(`${url}/healthz`)).json()) as { ok: boolean; memory: string };

it("memory in Postgres: a conversation remembers, and health says where", async () => {
  const steward = await startSteward({ withoutRedis: true }, onTestFinished);
  script(steward);
  const bodies = await conversation(steward, nothing);
  expect(bodies.at(-1)).toContain(first);
  expect(bodies.at(-1)).toContain("The one of 120,000.");
  expect(await healthOf(steward)).toMatchObject({ ok: true, memory: "postgres" });
});

// test/servers.ts says aloud that this is skipped, or fails where Redis is required.
describe.skipIf(inject("redis") === undefined)("memory in Redis", () => {
  it("wiped at any moment, the model's requests are the same bytes", async () => {
    const steward = await startSteward({}, onTestFinished);
    script(steward);
    const redis = new Redis(steward.redisUrl ?? "");
    onTestFinished(() => redis.disconnect());
    const kept = await conversation(steward, nothing);
    expect(await redis.dbsize()).toBeGreaterThan(0);
    // Other tests share the server: this database is all that this product has.
    const wiped = await conversation(steward, () => redis.flushdb());
    expect(kept).toHaveLength(5);
    expect(wiped).toEqual(kept);
    expect(kept.at(-1)).toContain("The one of 120,000.");
    expect(await healthOf(steward)).toMatchObject({ ok: true, memory: "redis" });
  });

  it("Redis goes away and comes back in the middle: the same bytes, and health says so", async () => {
    const dir = await mkdtemp(join(tmpdir(), "steward-redis-"));
    const start = async () => {
      const redis = await startLocalRedis({ dir });
      if (redis === undefined) throw new Error("There was a Redis for the other tests.");
      return redis;
    };
    let redis = await start();
    onTestFinished(async () => {
      await redis.stop();
      await rm(dir, { recursive: true, force: true });
    });
    const steward = await startSteward({ env: { REDIS_URL: redis.url } }, onTestFinished);
    script(steward);
    const kept = await conversation(steward, nothing);
    const without = await conversation(steward, async (at) => {
      if (at === "thinking") {
        await redis.stop();
        expect(await healthOf(steward)).toMatchObject({
          ok: true,
          memory: "redis is down: working from postgres",
        });
      }
      if (at === "after second") {
        redis = await start();
        await expect.poll(async () => (await healthOf(steward)).memory, { timeout: 10_000 }).toBe("redis");
      }
    });
    expect(without).toEqual(kept);
  });

  it("Redis that was never reachable: it starts, works, and says so at once", async () => {
    const port = await freePort();
    const steward = await startSteward({ env: { REDIS_URL: `redis://127.0.0.1:${port}` } }, onTestFinished);
    script(steward);
    expect(await healthOf(steward)).toMatchObject({
      ok: true,
      memory: "redis is down: working from postgres",
    });
    expect((await fetch(`${steward.url}/readyz`)).status).toBe(200);
    const root = await ask(steward, first);
    await ask(steward, second, root);
    expect(steward.model.bodies().at(-1)).toContain(first);
  });
});
