import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { JsonObject } from "../../src/core/json.ts";
import { addJob, type JobTask, queues } from "../../src/store/jobs.ts";
import { openLanes } from "../../src/store/queue/lanes.ts";
import { collectQueueRows, freeDeadWorkers, lanesState } from "../../src/store/queue/upkeep.ts";
import type { Handler } from "../../src/store/queue/runner.ts";
import { startChild } from "../support/child.ts";
import { freshDatabase } from "../support/database.ts";
import { silent } from "../support/silent.ts";

type Database = Awaited<ReturnType<typeof freshDatabase>>;

const lanes = async (db: Database, handlers: Partial<Record<JobTask, Handler>>, worker = randomUUID()) => {
  const nothing: Handler = () => Promise.resolve();
  const opened = await openLanes({
    url: db.url,
    pool: db.pool,
    worker,
    version: "test",
    role: "worker",
    graceMs: 5_000,
    log: silent,
    onLost: (error) => {
      throw error;
    },
    handlers: { converse: nothing, act: nothing, follow: nothing, send: nothing, ...handlers },
  });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= opened.stop());
  onTestFinished(stop);
  return { stop, worker };
};

const add = (db: Database, task: JobTask, queue: string, payload: JsonObject): Promise<void> =>
  db.transact((tx) => addJob(tx, { task, queue, payload }));

const patience = { timeout: 15_000, interval: 25 };

describe("lanes", () => {
  it("runs the jobs of one conversation in order, and conversations beside each other", async () => {
    const db = await freshDatabase();
    const done: unknown[] = [];
    let together = 0;
    const all = Promise.withResolvers<void>();
    for (let n = 0; n < 5; n++) {
      for (const c of ["a", "b", "c"]) await add(db, "converse", queues.conversation(c), { c, n });
    }
    await lanes(db, {
      converse: async ({ c, n }) => {
        together += 1;
        if (together === 3) all.resolve();
        // The first of each conversation ends only when the first of all three run.
        await all.promise;
        done.push({ c, n });
      },
    });
    await vi.waitFor(() => expect(done).toHaveLength(15), patience);
    for (const c of ["a", "b", "c"]) {
      const inOrder = [0, 1, 2, 3, 4].map((n) => ({ c, n }));
      expect(done.filter((one) => inOrder.some((job) => isDeepStrictEqual(job, one)))).toEqual(inOrder);
    }
  });

  it("runs an act while every slot for turns is taken", async () => {
    const db = await freshDatabase();
    const acted: unknown[] = [];
    let turning = 0;
    const held = Promise.withResolvers<void>();
    await lanes(db, {
      converse: async () => {
        turning += 1;
        await held.promise;
      },
      act: (payload) => {
        acted.push(payload["action"]);
        return Promise.resolve();
      },
    });
    for (let n = 0; n < 60; n++) await add(db, "converse", queues.conversation(String(n)), {});
    await vi.waitFor(() => expect(turning).toBe(50), patience);
    await add(db, "act", queues.acts("t"), { action: "x" });
    await vi.waitFor(() => expect(acted).toEqual(["x"]), patience);
    expect(turning).toBe(50);
    held.resolve();
  });

  it("gives a killed worker's jobs to a living one, in their order", async () => {
    const db = await freshDatabase();
    for (let n = 0; n < 3; n++) await add(db, "converse", queues.conversation("a"), { n });
    const child = startChild("lane-worker.ts", [db.url, "doomed"]);
    await vi.waitFor(() => expect(child.said).toEqual([{ n: 0 }]), patience);
    const done: unknown[] = [];
    await lanes(db, {
      converse: ({ n }) => {
        done.push(n);
        return Promise.resolve();
      },
    });
    const alive = await db.pool.query("select steward.alive('doomed') as alive");
    expect(alive.rows[0]).toEqual({ alive: true });
    await child.kill();
    await vi.waitFor(() => expect(done).toEqual([0, 1, 2]), patience);
    const dead = await db.pool.query("select steward.alive('doomed') as alive");
    expect(dead.rows[0]).toEqual({ alive: false });
  });

  it("leaves a living worker's long job alone, in both runners", async () => {
    const db = await freshDatabase();
    const held = Promise.withResolvers<void>();
    let started = 0;
    const long: Handler = async () => {
      started += 1;
      await held.promise;
    };
    await lanes(db, { converse: long, act: long });
    await add(db, "converse", queues.conversation("a"), {});
    await add(db, "act", queues.acts("t"), {});
    await vi.waitFor(() => expect(started).toBe(2), patience);
    await db.pool.query(`update graphile_worker._private_jobs set locked_at = now() - interval '1 hour'`);
    await db.pool.query(
      `update graphile_worker._private_job_queues set locked_at = now() - interval '1 hour'`,
    );
    expect(await freeDeadWorkers(db.pool)).toEqual([]);
    held.resolve();
  });

  it("stops after its running jobs, and then no longer counts as alive", async () => {
    const db = await freshDatabase();
    const held = Promise.withResolvers<void>();
    let started = false;
    let ended = false;
    const { stop, worker } = await lanes(db, {
      converse: async () => {
        started = true;
        await held.promise;
        ended = true;
      },
    });
    await add(db, "converse", queues.conversation("a"), {});
    await vi.waitFor(() => expect(started).toBe(true), patience);
    const stopping = stop();
    held.resolve();
    await stopping;
    expect(ended).toBe(true);
    const { rows } = await db.pool.query(
      `select steward.alive(id) as alive, stopped_at is not null as stopped from steward.worker where id = $1`,
      [worker],
    );
    expect(rows).toEqual([{ alive: false, stopped: true }]);
    expect(await lanesState(db.pool)).toMatchObject({ runnable: 0, orphans: 0, dead: 0 });
  });

  it("posts and acts while it stops, until its turns have ended", async () => {
    const db = await freshDatabase();
    const turn = Promise.withResolvers<void>();
    let turning = false;
    const sent: unknown[] = [];
    const { stop } = await lanes(db, {
      converse: async () => {
        turning = true;
        await turn.promise;
      },
      send: ({ n }) => {
        sent.push(n);
        return Promise.resolve();
      },
    });
    await add(db, "converse", queues.conversation("a"), {});
    await vi.waitFor(() => expect(turning).toBe(true), patience);
    const stopped = stop();
    for (let n = 0; n < 3; n++) {
      await add(db, "send", "posts", { n });
      await vi.waitFor(() => expect(sent).toContain(n), patience);
    }
    turn.resolve();
    await stopped;
  });
});

describe("collection of queue rows", () => {
  it("never takes the row of a job that is being added", async () => {
    const db = await freshDatabase();
    await add(db, "converse", queues.conversation("old"), {});
    await db.pool.query(`delete from graphile_worker._private_jobs`);
    const adding = Promise.withResolvers<void>();
    const added = Promise.withResolvers<void>();
    const slow = db.transact(async (tx) => {
      await addJob(tx, { task: "converse", queue: queues.conversation("old"), payload: {} });
      added.resolve();
      await adding.promise;
    });
    await added.promise;
    const collecting = collectQueueRows(db.pool, 0);
    await vi.waitFor(async () => {
      const { rows } = await db.pool.query(`select from pg_locks where not granted`);
      expect(rows).toHaveLength(1);
    }, patience);
    adding.resolve();
    await slow;
    await collecting;
    expect(await lanesState(db.pool)).toMatchObject({ runnable: 1, orphans: 0 });
    await db.pool.query(`delete from graphile_worker._private_jobs`);
    expect(await collectQueueRows(db.pool, 0)).toBe(1);
  });

  it("counts jobs whose queue row is gone", async () => {
    const db = await freshDatabase();
    await add(db, "converse", queues.conversation("a"), {});
    await db.pool.query(`delete from graphile_worker._private_job_queues`);
    expect(await lanesState(db.pool)).toMatchObject({ orphans: 1 });
  });
});
