import { describe, expect, it } from "vitest";
import type { ConversationRef } from "../../src/core/turn.ts";
import { inboxWriter } from "../../src/store/inbox.ts";
import { lineStore } from "../../src/store/line.ts";
import type { NewInbox } from "../../src/turn/ports.ts";
import { createLine } from "../../src/turn/line.ts";
import { freshDatabase } from "../support/database.ts";
import { silent } from "../support/silent.ts";
import { answer, ask, openWorld } from "./world.ts";

const thread = (channel: string, n: number): ConversationRef => ({
  ...{ key: `T1/${channel}/${n}`, workspace: "T1", channel, threadTs: String(n), kind: "channel" },
});

const row = (user: string, conversation: ConversationRef, urgent = false): NewInbox => ({
  ...{ id: `${conversation.key}/${user}`, conversation, kind: "ask", urgent },
  ...{ person: { workspace: "T1", user }, payload: { text: "hi", origin: "chat" } },
});

const open = async () => {
  const db = await freshDatabase();
  const write = inboxWriter(db.pool);
  return {
    ...db,
    /** Each row by a statement of its own, as if it had come a moment after the one before. */
    arrive: async (...rows: NewInbox[]): Promise<void> => {
      for (const one of rows) await write([one]);
    },
    write,
    /** Who is begun first: the queue's own order. */
    begun: async (): Promise<string[]> => {
      const { rows } = await db.pool.query<{ key: string }>(
        `select payload::json -> 'conversation' ->> 'key' as key from graphile_worker._private_jobs
         where run_at <= now() order by priority, run_at`,
      );
      return rows.map(({ key }) => key);
    },
    /** As if everything had come a second ago. */
    aSecondLater: () =>
      db.pool.query("update steward.inbox set received_at = received_at - interval '1 second'"),
  };
};

describe("who is next when every place is taken", () => {
  it("lets nobody wait behind somebody who asks much", async () => {
    const w = await open();
    await w.arrive(...[1, 2, 3, 4].map((n) => row("UNOISY", thread("C1", n))), row("UCALM", thread("C1", 5)));
    expect(await w.begun()).toEqual([1, 5, 2, 3, 4].map((n) => `T1/C1/${n}`));
  });

  it("counts what comes in one statement, too", async () => {
    const w = await open();
    await w.write([...[1, 2, 3].map((n) => row("UNOISY", thread("C1", n))), row("UCALM", thread("C2", 4))]);
    expect(await w.begun()).toEqual(["T1/C1/1", "T1/C2/4", "T1/C1/2", "T1/C1/3"]);
  });

  it("lets a channel wait where many ask at once, behind one where few do", async () => {
    const w = await open();
    await w.arrive(
      ...["UA", "UB", "UC", "UD"].map((user, n) => row(user, thread("CLOUD", n))),
      row("UE", thread("CQUIET", 9)),
    );
    expect((await w.begun()).indexOf("T1/CQUIET/9")).toBe(1);
  });

  it("takes incidents before all, then what goes on already, then what is new", async () => {
    const w = await open();
    await w.arrive(row("UA", thread("C1", 1)), row("UA", thread("CINC", 2), true));
    await w.pool.query(
      `select graphile_worker.add_job('converse', '{"conversation":{"key":"resumed"}}', priority => -1)`,
    );
    expect(await w.begun()).toEqual(["T1/CINC/2", "resumed", "T1/C1/1"]);
  });

  it("forgets what is done", async () => {
    const w = await open();
    await w.arrive(row("UA", thread("C1", 1)), row("UA", thread("C1", 2)));
    await w.pool.query("update steward.inbox set done_at = now()");
    await w.pool.query("delete from graphile_worker._private_jobs");
    await w.arrive(row("UA", thread("C1", 3)), row("UB", thread("C2", 4)));
    expect(await w.begun()).toEqual(["T1/C1/3", "T1/C2/4"]);
  });
});

describe("the place in line", () => {
  it("is told once to each thread that waits, by one worker, and not for what is begun at once", async () => {
    const w = await open();
    const rows = [1, 2, 3].map((n) => row(`U${n}`, thread(`C${n}`, n)));
    await w.arrive(...rows);
    const [one, other] = [lineStore(w.pool), lineStore(w.pool)];
    expect(await one.next()).toEqual({ waiting: 0, tell: [] });
    await w.aSecondLater();
    const told = await Promise.all([one.next(), other.next()]);
    const places = told
      .flatMap(({ tell }) => tell)
      .map(({ conversation, before }) => [conversation.key, before]);
    expect(places.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
      ["T1/C1/1", 0],
      ["T1/C2/2", 1],
      ["T1/C3/3", 2],
    ]);
    expect(await one.next()).toEqual({ waiting: 3, tell: [] });
  });

  it("is told again when it has moved, a while later", async () => {
    const w = await open();
    await w.arrive(row("U1", thread("C1", 1)), row("U2", thread("C2", 2)));
    await w.aSecondLater();
    const line = lineStore(w.pool);
    await line.next();
    await w.pool.query("update steward.inbox set done_at = now() where conversation = 'T1/C1/1'");
    expect((await line.next()).tell).toEqual([]);
    await w.pool.query("update steward.inbox set told_at = told_at - interval '11 seconds'");
    expect((await line.next()).tell).toEqual([{ before: 0, conversation: thread("C2", 2) }]);
  });

  it("is nothing for a message that waits for its own conversation", async () => {
    const w = await open();
    await w.arrive(row("U1", thread("C1", 1)), row("U2", thread("C1", 1)));
    await w.pool.query("update steward.inbox set turn = gen_random_uuid() where person = 'T1/U1'");
    await w.aSecondLater();
    expect(await lineStore(w.pool).next()).toEqual({ waiting: 0, tell: [] });
  });

  it("is shown as the thread's status, in words", async () => {
    const said: string[] = [];
    const status = (_: ConversationRef, text: string) => Promise.resolve(void said.push(text));
    const tell = [0, 3].map((before) => ({ before, conversation: thread("C1", before) }));
    const line = createLine({ next: () => Promise.resolve({ waiting: 2, tell }) }, status, silent);
    expect(line.crowded()).toBe(false);
    await line.tell();
    expect(said).toEqual(["is waiting: you are next…", "is waiting: 3 before you…"]);
    expect(line.crowded()).toBe(true);
  });
});

describe("a thread full of one person's messages", () => {
  it.each([
    { crowded: false, first: ["one", "two"] },
    { crowded: true, first: ["one"] },
  ])("keeps its place while nobody waits for one (others wait: $crowded)", async ({ crowded, first }) => {
    const store = await freshDatabase();
    const done: string[] = [];
    const world = await openWorld({
      store,
      script: {
        start: async (start) => {
          done.push(start.request.text);
          // Comes after the first model call, so it is no part of this turn.
          if (done.length === 1) await world.intake.accept(ask("two"));
          return answer("Done.");
        },
      },
      parts: { line: { crowded: () => crowded } },
    });
    await world.intake.accept(ask("one"));
    await world.work();
    expect(done).toEqual(first);
    // Its own job, later in line.
    await world.work();
    expect(done).toEqual(["one", "two"]);
  });
});
