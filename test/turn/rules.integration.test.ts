import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openLanes } from "../../src/store/queue/lanes.ts";
import { startChild } from "../support/child.ts";
import { freshDatabase } from "../support/database.ts";
import { silent } from "../support/silent.ts";
import { anna, answer, ask, boris, openWorld, propose, waiting, type World } from "./world.ts";

type Database = Awaited<ReturnType<typeof freshDatabase>>;

const patience = { timeout: 20_000, interval: 25 };
const due = `update steward.turn set retry_at = null`;

/** The ordinary wake: an action of the turn was settled. */
const settle = async (store: Database): Promise<void> => {
  await store.pool.query(`update test_action set state = 'succeeded' where state = 'waiting'`);
  await store.pool.query(
    `update steward.turn set wake = true where state in ('queued', 'running', 'waiting')`,
  );
};

/** Lanes of this process for a world. */
const runLanes = async (store: Database, world: World, worker: string): Promise<void> => {
  const nothing = (): Promise<void> => Promise.resolve();
  const lanes = await openLanes({
    ...{
      url: store.url,
      pool: store.pool,
      worker,
      version: "test",
      role: "worker",
      graceMs: 5_000,
      log: silent,
    },
    onLost: (error) => {
      throw error;
    },
    handlers: { converse: world.turns.converse, act: nothing, follow: nothing, send: nothing },
  });
  onTestFinished(() => lanes.stop());
};

describe("R1: one runner", () => {
  it("runs a turn once when two jobs of its conversation run at the same time", async () => {
    const store = await freshDatabase();
    let runs = 0;
    const held = Promise.withResolvers<void>();
    const script = {
      start: async () => {
        runs += 1;
        await held.promise;
        return answer("once");
      },
    };
    const worlds = [
      await openWorld({ store, script }),
      await openWorld({ store, script, worker: "worker-2" }),
    ];
    const alive = await store.pool.connect();
    onTestFinished(() => alive.release(true));
    await alive.query(
      `select pg_advisory_lock_shared(7747, hashtext(w)) from unnest(array['worker-1', 'worker-2']) w`,
    );
    await worlds[0]?.intake.accept(ask("hello"));
    const working = worlds.map((world) => world.work());
    await vi.waitFor(() => expect(runs).toBe(1), patience);
    // The one that lost ends; further jobs, here and there, find a turn that is being run.
    await Promise.all(worlds.map((world) => world.work()));
    held.resolve();
    await Promise.all(working);
    expect(runs).toBe(1);
    expect(await worlds[0]?.told()).toEqual(["once"]);
  });

  it("supersedes what an earlier run planned, so that only what this run proposes is ever asked", async () => {
    const store = await freshDatabase();
    let runs = 0;
    const world = await openWorld({
      store,
      script: {
        start: async (start) => {
          runs += 1;
          const action = await propose(store, start.turn);
          if (runs === 1) throw new Error("the model went away after it proposed");
          return waiting(action);
        },
      },
    });
    await world.intake.accept(ask("merge !482"));
    await world.work();
    expect(await world.actions()).toEqual(["planned"]);
    await store.pool.query(due);
    await world.work();
    expect(await world.actions()).toEqual(["superseded", "waiting"]);
    expect(await world.told()).toEqual(["card"]);
  });

  it("takes over from a dead owner, never from a living one", async () => {
    const store = await freshDatabase();
    const world = await openWorld({ store, script: { start: () => Promise.reject(new Error("no")) } });
    await world.intake.accept(ask("hello"));
    await world.work();
    const set = (owner: string) =>
      store.pool.query(
        `update steward.turn set state = 'running', owner = $1, token = gen_random_uuid(), retry_at = null, attempts = 1`,
        [owner],
      );
    const client = await store.pool.connect();
    onTestFinished(() => client.release(true));
    await client.query(`select pg_advisory_lock(7747, hashtext('living'))`);
    const next = await openWorld({ store, script: { start: () => Promise.resolve(answer("taken over")) } });
    await set("living");
    await next.work();
    expect(await next.told()).toEqual([]);
    await set("dead");
    await next.work();
    expect(await next.told()).toEqual(["taken over"]);
  });
});

describe("R2: a kept checkpoint is resumed", () => {
  it("resumes a woken turn, and resumes it again when its resume fails, never from the start", async () => {
    const store = await freshDatabase();
    const calls: string[] = [];
    const world = await openWorld({
      store,
      script: {
        start: async (start) => {
          calls.push("start");
          return waiting(await propose(store, start.turn));
        },
        resume: () => {
          calls.push("resume");
          return calls.length === 2 ? Promise.reject(new Error("no")) : Promise.resolve(answer("merged"));
        },
      },
    });
    await world.intake.accept(ask("merge"));
    await world.work();
    expect(await world.kept()).toHaveLength(1);
    // Not woken: nothing to do, however many jobs come.
    await world.work();
    expect(calls).toEqual(["start"]);
    await settle(store);
    await world.work();
    expect(await world.states()).toEqual(["waiting"]);
    await store.pool.query(due);
    await world.work();
    expect(calls).toEqual(["start", "resume", "resume"]);
    expect(await world.states()).toEqual(["done"]);
    expect(await world.kept()).toEqual([]);
  });

  it("does a woken turn before newer messages, and newer messages while it waits", async () => {
    const store = await freshDatabase();
    const calls: string[] = [];
    const world = await openWorld({
      store,
      script: {
        start: async (start) => {
          calls.push(start.request.text);
          return start.request.text === "merge" ? waiting(await propose(store, start.turn)) : answer("ok");
        },
        resume: () => {
          calls.push("resume");
          return Promise.resolve(answer("merged"));
        },
      },
    });
    await world.intake.accept(ask("merge"));
    await world.intake.accept(ask("meanwhile", { user: "UBORIS" }));
    await world.work();
    expect(calls).toEqual(["merge", "meanwhile"]);
    await world.intake.accept(ask("later"));
    await settle(store);
    await world.work();
    expect(calls).toEqual(["merge", "meanwhile", "resume", "later"]);
  });
});

describe("R4: one transaction to wait", () => {
  it.each(["publish", "keep", "checkpoint", "waiting"])(
    "shows nothing and keeps nothing when it fails at %s",
    async (where) => {
      const store = await freshDatabase();
      let fails = true;
      const fail = (): void => {
        if (fails) throw new Error(`no ${where}`);
      };
      const world = await openWorld({
        store,
        crash: (point) => {
          if (point === where) fail();
        },
        script: { start: async (start) => waiting(await propose(store, start.turn)) },
      });
      const table = where === "publish" ? "steward.outbox" : "test_kept";
      if (where === "publish" || where === "keep") {
        await store.pool.query(
          `create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$`,
        );
        await store.pool.query(`create trigger refuse before insert on ${table} execute function refuse()`);
      }
      await world.intake.accept(ask("merge"));
      await world.work();
      expect(await world.told()).toEqual([]);
      expect(await world.kept()).toEqual([]);
      expect(await world.actions()).toEqual(["planned"]);
      expect(await world.states()).toEqual(["queued"]);
      expect(await world.rows(`select from steward.inbox where done_at is null`)).toHaveLength(1);
      fails = false;
      await store.pool.query(`drop trigger if exists refuse on ${table}`);
      await store.pool.query(due);
      await world.work();
      expect(await world.told()).toEqual(["card"]);
      expect(await world.actions()).toEqual(["superseded", "waiting"]);
      expect(await world.kept()).toHaveLength(1);
      expect(await world.rows(`select from steward.inbox where done_at is null`)).toEqual([]);
    },
  );

  it("goes on at once when an action was settled while the turn still ran", async () => {
    const store = await freshDatabase();
    const world = await openWorld({
      store,
      script: {
        start: async (start) => {
          const action = await propose(store, start.turn);
          await store.pool.query(`update steward.turn set wake = true`);
          return waiting(action);
        },
        resume: () => Promise.resolve(answer("merged")),
      },
    });
    await world.intake.accept(ask("merge"));
    await store.pool.query(`delete from graphile_worker._private_jobs`);
    await world.work();
    expect(await world.states()).toEqual(["done"]);
    expect(
      await world.rows(`select from graphile_worker.jobs where task_identifier = 'converse'`),
    ).toHaveLength(1);
  });

  it("goes on by itself when nothing is open that would wake it", async () => {
    const store = await freshDatabase();
    const world = await openWorld({
      store,
      script: {
        start: () => Promise.resolve(waiting(randomUUID())),
        resume: () => Promise.resolve(answer("was done")),
      },
    });
    await world.intake.accept(ask("merge"));
    await world.work();
    expect(await world.told()).toEqual(["was done"]);
  });
});

describe("R5: one transaction to end, fenced", () => {
  it("lets a run that lost its turn say nothing", async () => {
    const store = await freshDatabase();
    const held = Promise.withResolvers<void>();
    let started = false;
    const slow = await openWorld({
      store,
      script: {
        start: async () => {
          started = true;
          await held.promise;
          return answer("the zombie's answer");
        },
      },
      worker: "paused",
    });
    await slow.intake.accept(ask("hello"));
    const zombie = slow.work();
    await vi.waitFor(() => expect(started).toBe(true), patience);
    const other = await openWorld({ store, script: { start: () => Promise.resolve(answer("the answer")) } });
    await other.work();
    held.resolve();
    await zombie;
    expect(await other.told()).toEqual(["the answer"]);
    expect(await other.states()).toEqual(["done"]);
    expect((await other.memory.load("T1/C1/1.0"))?.recent.map((one) => one.answer)).toEqual(["the answer"]);
  });
});

describe("R9: stop", () => {
  const opened = async () => {
    const store = await freshDatabase();
    let aborted = false;
    let started = false;
    const held = Promise.withResolvers<void>();
    const world = await openWorld({
      store,
      script: {
        start: async (start) => {
          await propose(store, start.turn);
          started = true;
          start.signal.addEventListener("abort", () => {
            aborted = true;
          });
          await held.promise;
          return answer("too late");
        },
      },
    });
    await world.intake.accept(ask("merge !1 and !2"));
    const working = world.work();
    await vi.waitFor(() => expect(started).toBe(true), patience);
    const [turn] = await world.rows<{ id: string }>(`select id from steward.turn`);
    return { store, world, working, held, turn: turn?.id ?? "", aborted: () => aborted };
  };

  it("stops a running turn: nothing planned goes on, the run is aborted, the receipt is said", async () => {
    const { world, working, held, turn, aborted } = await opened();
    const stranger = { ...boris, external: true };
    expect(await world.turns.stop(turn, stranger)).toMatchObject({ kind: "not_yours" });
    expect(await world.turns.stop(turn, anna, "C2")).toMatchObject({ kind: "unknown" });
    expect(await world.turns.stop(turn, boris, "C1")).toMatchObject({ kind: "stopped" });
    expect(aborted()).toBe(true);
    held.resolve();
    await working;
    expect(await world.states()).toEqual(["stopped"]);
    expect(await world.actions()).toEqual(["cancelled"]);
    expect(await world.told()).toEqual(["receipt"]);
    expect(await world.rows(`select kind, actor from steward.audit where kind = 'turn.stopped'`)).toEqual([
      { kind: "turn.stopped", actor: "mail:boris@example.com" },
    ]);
    expect(await world.rows(`select from steward.inbox where done_at is null`)).toEqual([]);
    expect(await world.turns.stop(turn, anna)).toMatchObject({ kind: "ended" });
    expect(await world.turns.stop("no id", anna)).toMatchObject({ kind: "unknown" });
  });

  it("is noticed by the process that runs it when another process stopped it", async () => {
    const { store, world, working, turn, aborted } = await opened();
    const other = await openWorld({
      store,
      script: { start: () => Promise.reject(new Error("never")) },
      worker: "w2",
    });
    await world.turns.beat();
    expect(aborted()).toBe(false);
    await other.turns.stop(turn, anna);
    await world.turns.beat();
    expect(aborted()).toBe(true);
    await working;
    expect(await world.states()).toEqual(["stopped"]);
  });

  it("stops a waiting turn: its checkpoint is gone and a late wake does nothing", async () => {
    const store = await freshDatabase();
    const world = await openWorld({
      store,
      script: {
        start: async (start) => waiting(await propose(store, start.turn)),
        resume: () => Promise.resolve(answer("merged")),
      },
    });
    await world.intake.accept(ask("merge"));
    await world.work();
    const [turn] = await world.rows<{ id: string }>(`select id from steward.turn`);
    await world.turns.stop(turn?.id ?? "", anna);
    expect(await world.kept()).toEqual([]);
    await settle(store);
    await world.work();
    expect(await world.states()).toEqual(["stopped"]);
    expect(await world.told()).toEqual(["card", "receipt"]);
  });
});

describe("R9: Stop of a thread", () => {
  const stopOf = (id: string, by: typeof anna, at = new Date()) => ({
    ...{ id, conversation: ask("x").conversation, by, at, answerAlways: true },
  });

  it("takes back what has not begun, once, and says when there was nothing", async () => {
    const store = await freshDatabase();
    const seen: string[] = [];
    const world = await openWorld({
      store,
      script: {
        start: (start) => {
          seen.push(start.request.text);
          return Promise.resolve(answer("ok"));
        },
      },
    });
    await world.intake.accept(ask("one"));
    await world.intake.accept(ask("two", { user: "UBORIS" }));
    await Promise.all([
      world.turns.stopThread(stopOf("Ev1", boris)),
      world.turns.stopThread(stopOf("Ev1", boris)),
    ]);
    // The oldest asker's words alone: nobody stops for others what they have not seen begin.
    await world.work();
    expect(seen).toEqual(["two"]);
    expect(await world.told()).toEqual(["Stopped by Boris before it began. Nothing was changed.", "ok"]);
    await world.turns.stopThread(stopOf("Ev2", anna));
    expect((await world.told()).at(-1)).toBe("Nothing of mine runs in this thread.");
  });

  const unlike = [
    [
      "a guest",
      { guest: true },
      /^Guests and people of other organisations cannot stop this. Anna, who asked/,
    ],
    [
      "an outsider",
      { external: true },
      /^Guests and people of other organisations cannot stop this. Anna, who/,
    ],
    ["who could not be looked up", { active: false, external: true }, /^I could not look up who wrote this/],
  ] as const;

  it.each(unlike)("in words leaves what others asked alone for %s, and says so", async (_, how, said) => {
    const store = await freshDatabase();
    const world = await openWorld({
      store,
      script: { start: async (start) => waiting(await propose(store, start.turn)) },
    });
    const somebody = { ...boris, ...how };
    await world.intake.accept(ask("merge"));
    // Not begun: Anna's is not taken back either, while their own is.
    await world.turns.stopThread(stopOf("Ev1", somebody));
    expect(await world.rows(`select from steward.inbox where done_at is null`)).toHaveLength(1);
    await world.intake.accept(ask("mine", { user: "UBORIS" }));
    await world.turns.stopThread(stopOf("Ev2", somebody));
    expect((await world.told()).at(-1)).toBe("Stopped by Boris before it began. Nothing was changed.");
    await world.work();
    expect(await world.turns.stopThread(stopOf("Ev3", somebody))).toEqual({ stopped: [] });
    expect(await world.states()).toEqual(["waiting"]);
    expect((await world.told()).at(-1)).toMatch(said);
    // Slack's own Stop is anybody's.
    await world.turns.stopThread({ ...stopOf("Ev4", somebody), anybody: true });
    expect(await world.states()).toEqual(["stopped"]);
  });

  it.each(unlike)("in words stops what they asked themselves for %s", async (_, how) => {
    const store = await freshDatabase();
    const world = await openWorld({
      store,
      script: { start: async (start) => waiting(await propose(store, start.turn)) },
    });
    await world.intake.accept(ask("merge"));
    await world.work();
    await world.intake.accept(ask("merge", { user: "UBORIS" }));
    await world.work();
    await world.turns.stopThread(stopOf("Ev1", { ...boris, ...how }));
    expect(await world.states()).toEqual(["waiting", "stopped"]);
  });

  it("means what began before it was said: a late delivery stops nothing newer", async () => {
    const store = await freshDatabase();
    const world = await openWorld({
      store,
      script: { start: async (start) => waiting(await propose(store, start.turn)) },
    });
    await world.intake.accept(ask("merge"));
    await world.work();
    const earlier = new Date(Date.now() - 60_000);
    expect(await world.turns.stopThread(stopOf("Ev1", anna, earlier))).toEqual({ stopped: [] });
    expect(await world.states()).toEqual(["waiting"]);
    expect((await world.turns.stopThread(stopOf("Ev2", anna))).stopped).toHaveLength(1);
    expect(await world.states()).toEqual(["stopped"]);
  });

  it("leaves what waits for people alone while something is being worked on", async () => {
    const store = await freshDatabase();
    const held = Promise.withResolvers<void>();
    let turns = 0;
    const world = await openWorld({
      store,
      script: {
        start: async (start) => {
          turns++;
          if (turns === 1) return waiting(await propose(store, start.turn));
          await held.promise;
          return answer("too late");
        },
      },
    });
    await world.intake.accept(ask("merge"));
    await world.work();
    await world.intake.accept(ask("something long"));
    const working = world.work();
    await vi.waitFor(() => expect(turns).toBe(2), patience);
    await world.turns.stopThread(stopOf("Ev1", anna));
    held.resolve();
    await working;
    expect(await world.states()).toEqual(["waiting", "stopped"]);
  });
});

describe("R10: state is the truth, jobs are hints", () => {
  const old = `update steward.inbox set received_at = now() - interval '1 minute'`;
  const converseJobs = `select payload ->> 'conversation' as conversation from graphile_worker._private_jobs`;

  it("finds what no job would do: an inbox row, a woken turn, a killed resume, a post; and nothing twice", async () => {
    const store = await freshDatabase();
    const world = await openWorld({
      store,
      script: {
        start: async (start) =>
          start.request.text === "merge" ? waiting(await propose(store, start.turn)) : answer("ok"),
        resume: () => Promise.resolve(answer("merged")),
      },
    });
    const forget = () => store.pool.query(`delete from graphile_worker._private_jobs`);
    await world.intake.accept(ask("hello"));
    expect(await world.turns.sweep()).toMatchObject({ strays: 0, conversations: 0, channels: 0 });
    await forget();
    await store.pool.query(old);
    expect(await world.turns.sweep()).toMatchObject({ conversations: 1 });
    expect(await world.turns.sweep()).toMatchObject({ conversations: 0 });
    expect(await world.rows(converseJobs)).toHaveLength(1);
    await world.work();
    await forget();
    expect(await world.turns.sweep()).toMatchObject({ strays: 0, conversations: 0, channels: 0 });
    await store.pool.query(`update steward.outbox set created_at = now() - interval '1 minute'`);
    expect(await world.turns.sweep()).toMatchObject({ channels: 1 });
    expect(await world.turns.sweep()).toMatchObject({ channels: 0 });
    // Slack stays away and the job uses up its tries: swept again, instead of waiting for hours.
    await store.pool.query(`update graphile_worker._private_jobs set attempts = 5`);
    expect(await world.turns.sweep()).toMatchObject({ channels: 1 });
    expect(await world.rows(`select attempts from graphile_worker._private_jobs where is_available`)).toEqual(
      [{ attempts: 0 }],
    );
    await store.pool.query(`update steward.outbox set state = 'sent'`);
    await world.intake.accept(ask("merge", { thread: "2.0" }));
    await world.work("2.0");
    await forget();
    expect(await world.turns.sweep()).toMatchObject({ conversations: 0 });
    await settle(store);
    expect(await world.turns.sweep()).toMatchObject({ conversations: 1 });
    await forget();
    await store.pool.query(
      `update steward.turn set state = 'running', wake = false, owner = 'dead', token = gen_random_uuid() where state = 'waiting'`,
    );
    expect(await world.turns.sweep()).toMatchObject({ conversations: 1 });
    await world.work("2.0");
    expect(await world.states()).toEqual(["done", "done"]);
  });

  it("does the swept job through the lanes", async () => {
    const store = await freshDatabase();
    const world = await openWorld({ store, script: { start: () => Promise.resolve(answer("ok")) } });
    await world.intake.accept(ask("hello"));
    await store.pool.query(`delete from graphile_worker._private_jobs`);
    await store.pool.query(old);
    await runLanes(store, world, "worker-1");
    await world.turns.sweep();
    await vi.waitFor(async () => expect(await world.told()).toEqual(["ok"]), patience);
  });

  it("puts back a turn that this process is said to run and does not, and leaves the one it runs", async () => {
    const store = await freshDatabase();
    const held = Promise.withResolvers<void>();
    let started = 0;
    const world = await openWorld({
      store,
      script: {
        start: async () => {
          started += 1;
          await held.promise;
          return answer("ok");
        },
      },
    });
    await world.intake.accept(ask("hello"));
    const working = world.work();
    await vi.waitFor(() => expect(started).toBe(1), patience);
    await store.pool.query(`update steward.turn set started_at = now() - interval '1 minute'`);
    expect(await world.turns.sweep()).toMatchObject({ strays: 0 });
    // The same process, having forgotten: as after a commit whose failure could not be written either.
    const forgetful = await openWorld({ store, script: { start: () => Promise.resolve(answer("ok")) } });
    expect(await forgetful.turns.sweep()).toMatchObject({ strays: 1 });
    held.resolve();
    await working;
    await forgetful.work();
    expect(await world.told()).toEqual(["ok"]);
  });
});

describe("R11: the fallback", () => {
  it.each(["shape", "checkpoint"])(
    "goes on in a fresh turn when the %s does not fit, once per outcome",
    async (what) => {
      const store = await freshDatabase();
      const waits = await openWorld({
        store,
        script: { start: async (start) => waiting(await propose(store, start.turn)), shape: "old" },
      });
      await waits.intake.accept(ask("merge !482 and tell me"));
      await waits.work();
      const [turn] = await waits.rows<{ id: string }>(`select id from steward.turn`);
      const action = randomUUID();
      await insertAction(store, action, turn?.id ?? "");
      await settle(store);
      const seen: unknown[] = [];
      const world = await openWorld({
        store,
        script: {
          shape: what === "shape" ? "new" : "old",
          start: (start) => {
            seen.push(start.request);
            return Promise.resolve(answer("told"));
          },
          // A checkpoint of another shape is not even looked at: it might resume, quietly, with nothing done.
          resume: () => Promise.resolve(what === "shape" ? answer("resumed by other code") : undefined),
        },
      });
      await world.work();
      expect(await world.states()).toEqual(["detached", "done"]);
      expect(seen).toEqual([{ kind: "outcome", text: "merge !482 and tell me", action }]);
      expect(await world.told()).toEqual(["card", "outcome", "told"]);
      expect(await world.kept()).toEqual([]);
      await world.work();
      expect(seen).toHaveLength(1);
    },
  );

  const insertAction = (store: Database, id: string, turn: string) =>
    store.pool.query(
      `insert into steward.action (id, turn, conversation, card, state, tool, system, effect, risk, input, args, definition,
         call_digest, digest, target, target_version, target_detail, preview, principal, requester, untrusted, asks,
         policy_request, policy_digest, credential, nonce, expires_at)
       values ($1, $2, 'T1/C1/1.0', $1, 'succeeded', 't', 's', 'write', 1, '{}', '{}', 'd', 'c', 'd', 'T/1', 'v', '{}', '{}',
         '{}', 'r', '{}', '[]', '{}', 'p', 'c', 'n', now())`,
      [id, turn],
    );
});

describe("a killed worker", () => {
  it.each([
    ["graph-done", "merge !482", ["card"]],
    ["checkpoint", "merge !482", ["card"]],
    ["waiting", "merge !482", ["card"]],
    ["graph-done", "hello", ["answer to hello"]],
  ])("killed at %s (%s): another one does it, once", async (point, text, told) => {
    const store = await freshDatabase();
    const world = await openWorld({ store, script: { start: () => Promise.reject(new Error("not here")) } });
    await world.intake.accept(ask(text));
    const doomed = startChild("turn-worker.ts", [store.url, "doomed", point]);
    await vi.waitFor(() => expect(doomed.process.signalCode).toBe("SIGKILL"), patience);
    expect(await world.told()).toEqual([]);
    startChild("turn-worker.ts", [store.url, "heir"]);
    await vi.waitFor(async () => expect(await world.told()).toEqual(told), patience);
    expect((await world.actions()).filter((state) => state === "waiting")).toHaveLength(
      text === "hello" ? 0 : 1,
    );
  });

  it("killed at resuming: resumed again from the same checkpoint", async () => {
    const store = await freshDatabase();
    const world = await openWorld({ store, script: { start: () => Promise.reject(new Error("not here")) } });
    await world.intake.accept(ask("merge !482"));
    const doomed = startChild("turn-worker.ts", [store.url, "doomed", "resuming"]);
    await vi.waitFor(async () => expect(await world.states()).toEqual(["waiting"]), patience);
    await settle(store);
    await world.intake.accept(ask("hello"));
    await vi.waitFor(() => expect(doomed.process.signalCode).toBe("SIGKILL"), patience);
    const heir = startChild("turn-worker.ts", [store.url, "heir"]);
    await vi.waitFor(
      async () => expect(await world.told()).toEqual(["card", "merged", "answer to hello"]),
      patience,
    );
    expect(heir.said).toEqual([{ resumed: "merge !482" }, { started: "hello" }]);
  });

  it("killed in the middle of a turn: retried in order", async () => {
    const store = await freshDatabase();
    const world = await openWorld({
      store,
      script: { start: (start) => Promise.resolve(answer(`answer to ${start.request.text}`)) },
    });
    await world.intake.accept(ask("hang"));
    await world.intake.accept(ask("then this", { user: "UBORIS" }));
    const doomed = startChild("turn-worker.ts", [store.url, "doomed"]);
    await vi.waitFor(() => expect(doomed.said).toEqual([{ started: "hang" }]), patience);
    await doomed.kill();
    await runLanes(store, world, "worker-1");
    await vi.waitFor(
      async () => expect(await world.told()).toEqual(["answer to hang", "answer to then this"]),
      patience,
    );
  });
});
