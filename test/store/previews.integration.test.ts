import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { addPost, outboxQueue } from "../../src/store/outbox.ts";
import type { Store } from "../../src/store/pool.ts";
import { previewStore, sessionStore } from "../../src/store/previews.ts";
import type { NewPreview, PreviewStore } from "../../src/slack/delivery/ports.ts";
import { freshDatabase } from "../support/database.ts";

const conversation = "T1/C1/1.0";
let store: Store;
let previews: PreviewStore;

type State = "running" | "waiting" | "done" | "stopped";

/** A turn of the conversation; `live`: its owner holds the proof of life. */
const turnOf = async (state: State, more: { token?: string; owner?: string } = {}): Promise<string> => {
  const id = randomUUID();
  await store.pool.query(
    `insert into steward.turn (id, conversation, state, token, owner, origin, principal, request)
     values ($1, $2, $3, $4, $5, 'chat', '{}', '{}')`,
    [id, conversation, state, more.token ?? null, more.owner ?? null],
  );
  return id;
};

const hold = async (owner: string): Promise<void> => {
  // On a connection that stays open for the test: the pool keeps it.
  await store.pool.query("select pg_advisory_lock_shared(7747, hashtext($1))", [owner]);
};

const preview = (turn: string, token: string, more: Partial<NewPreview> = {}): NewPreview => ({
  ...{
    id: randomUUID(),
    turn,
    token,
    page: 0,
    workspace: "T1",
    channel: "C1",
    threadTs: "1.0",
    means: "stream",
  },
  ...more,
});

const age = (seconds: number) =>
  store.pool.query(`update steward.preview set opened_at = opened_at - make_interval(secs => $1)`, [seconds]);

beforeEach(async () => {
  store = await freshDatabase();
  previews = previewStore(store.pool);
  await store.pool.query(
    `insert into steward.conversation (id, workspace, channel, thread_ts, kind) values ($1, 'T1', 'C1', '1.0', 'channel')`,
    [conversation],
  );
});

describe("the intent to open a preview", () => {
  it("is its run's alone, and only while the turn runs", async () => {
    const token = randomUUID();
    const running = await turnOf("running", { token });
    expect(await previews.intend(preview(running, token), 5)).toBe(true);
    expect(await previews.intend(preview(running, randomUUID()), 5)).toBe(false);
    expect(await previews.intend(preview(await turnOf("done"), token), 5)).toBe(false);
  });

  it("waits while an earlier message of its thread is on its way", async () => {
    const token = randomUUID();
    const turn = await turnOf("running", { token });
    const post = { key: "notice:1", workspace: "T1", channel: "C1", threadTs: "1.0", view: {} };
    await store.transact((tx) => addPost(tx, post));
    expect(await previews.intend(preview(turn, token), 5)).toBe(false);
    expect(await previews.intend(preview(turn, token, { threadTs: "2.0" }), 5)).toBe(true);
  });

  it("keeps to a workspace's budget of the minute, over all processes, for each means", async () => {
    const token = randomUUID();
    const turn = await turnOf("running", { token });
    const open = (more: Partial<NewPreview> = {}) => previews.intend(preview(turn, token, more), 2);
    expect([await open(), await open(), await open()]).toEqual([true, true, false]);
    expect(await open({ means: "post" })).toBe(true);
    expect(await open({ workspace: "T2" })).toBe(true);
    await age(61);
    expect(await open()).toBe(true);
  });

  it("is seen by the answer's sender, or not made: a turn that ends meanwhile waits for it", async () => {
    const token = randomUUID();
    const turn = await turnOf("running", { token });
    const client = await store.pool.connect();
    try {
      await client.query("begin");
      await client.query("update steward.turn set state = 'done', token = null where id = $1", [turn]);
      const intended = previews.intend(preview(turn, token), 5);
      await client.query("commit");
      expect(await intended).toBe(false);
    } finally {
      client.release();
    }
  });
});

describe("what becomes of a preview", () => {
  const opened = async (state: State, how: { owner?: string } = {}) => {
    const token = randomUUID();
    const turn = await turnOf("running", { token, ...how });
    const one = preview(turn, token);
    await previews.intend(one, 50);
    await previews.opened(one.id, "5.0");
    await store.pool.query("update steward.turn set state = $2 where id = $1", [turn, state]);
    return { turn, id: one.id };
  };

  it("is taken by its answer's sender or taken back, never both", async () => {
    const one = await opened("done");
    expect(await previews.take([one.id])).toMatchObject([{ id: one.id, ts: "5.0", opening: false }]);
    expect(await previews.leave(one.id)).toBe(false);
    // Killed in between, the sender takes it again.
    expect(await previews.take([one.id])).toHaveLength(1);

    const other = await opened("waiting");
    expect(await previews.leave(other.id)).toBe(true);
    expect(await previews.take([other.id])).toEqual([]);
    expect(await previews.leave(other.id)).toBe(true);
  });

  it("is waited for while its run may learn its ts, not once that is lost", async () => {
    await hold("alive");
    const token = randomUUID();
    const turn = await turnOf("running", { token, owner: "alive" });
    const one = preview(turn, token);
    await previews.intend(one, 5);
    expect(await previews.take([one.id])).toMatchObject([{ ts: null, opening: true }]);
    await previews.lost(one.id);
    expect(await previews.take([one.id])).toMatchObject([{ ts: null, opening: false }]);
  });

  it("stands with the answer's row for its sender", async () => {
    const { turn, id } = await opened("done");
    const post = { key: `answer:${turn}`, workspace: "T1", channel: "C1", threadTs: "1.0", view: {} };
    await store.transact((tx) => addPost(tx, post));
    const item = await outboxQueue(store.pool).next("C1");
    expect(item?.previews).toEqual([id]);
    await previews.take([id]);
    expect((await outboxQueue(store.pool).next("C1"))?.previews).toEqual([id]);
    expect(await previews.strays(turn)).toEqual([]);
  });

  it("is a stray when its run waits, was stopped or died; not while it lives or its answer is on its way", async () => {
    await hold("alive");
    const waiting = await opened("waiting");
    const stopped = await opened("stopped");
    const dead = await opened("running", { owner: "dead" });
    await opened("running", { owner: "alive" });
    await previews.said(stopped.id);
    expect(await previews.strays()).toEqual([]);
    await age(6);
    const strays = await previews.strays();
    expect(strays.map(({ id }) => id).toSorted()).toEqual([waiting.id, stopped.id, dead.id].toSorted());
    expect(strays.filter(({ keep }) => keep).map(({ id }) => id)).toEqual([stopped.id]);
    await previews.settle(waiting.id, "gone");
    expect((await previews.strays()).map(({ id }) => id)).not.toContain(waiting.id);
    expect(await previews.known("C1", "1.0")).toEqual(new Set(["5.0"]));
  });
});

describe("sessions", () => {
  it("say what the turns of a conversation do: running before waiting before nothing", async () => {
    const sessions = sessionStore(store.pool);
    const due = async () => (await sessions.state(conversation)).due;
    expect(await due()).toBe("active");
    await turnOf("waiting");
    expect(await due()).toBe("suspended");
    await turnOf("running");
    expect(await due()).toBe("processing");
  });

  it("are stale when a process died that had told something else, and not at once", async () => {
    const sessions = sessionStore(store.pool);
    await sessions.tell(conversation, "processing");
    expect(await sessions.stale()).toEqual([]);
    await store.pool.query("update steward.conversation set session_at = now() - interval '1 minute'");
    expect(await sessions.stale()).toEqual([{ conversation, channel: "C1", threadTs: "1.0" }]);
    await sessions.tell(conversation, "active");
    expect(await sessions.stale()).toEqual([]);
  });
});
