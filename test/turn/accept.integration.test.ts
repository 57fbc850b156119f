import { describe, expect, it } from "vitest";
import { RetryableError } from "../../src/core/errors.ts";
import { inboxWriter } from "../../src/store/inbox.ts";
import { openPool } from "../../src/store/pool.ts";
import { createIntake } from "../../src/turn/accept.ts";
import { freshDatabase } from "../support/database.ts";
import { silent } from "../support/silent.ts";
import { ask } from "./world.ts";

const counts = `select (select count(*)::int from steward.inbox) as inbox, (select count(*)::int from steward.conversation) as conversations,
  (select count(*)::int from graphile_worker.jobs where task_identifier = 'converse') as jobs`;

describe("intake on Postgres", () => {
  it("takes a mention once, however it arrives: as message and as app_mention, in either order, at two gateways", async () => {
    const db = await freshDatabase();
    const one = createIntake(inboxWriter(db.pool));
    const other = createIntake(inboxWriter(db.pool));
    const mentions = Array.from({ length: 40 }, (_, n) => ask(`mention ${n}`, { thread: `${n}.0` }));
    const [first, second] = await Promise.all([
      Promise.all(mentions.map((mention) => one.accept(mention))),
      Promise.all(mentions.toReversed().map((mention) => other.accept(mention))),
    ]);
    const fresh = [...first, ...second].filter((answer) => answer.fresh);
    expect(fresh).toHaveLength(40);
    expect((await db.pool.query(counts)).rows[0]).toEqual({ inbox: 40, conversations: 40, jobs: 40 });
  });

  it("takes the same message twice in one batch once", async () => {
    const db = await freshDatabase();
    const intake = createIntake(inboxWriter(db.pool));
    const twice = ask("hello");
    const answers = await Promise.all([ask("before"), twice, twice].map((one) => intake.accept(one)));
    expect(answers.map((one) => one.fresh)).toEqual([true, true, false]);
    expect((await db.pool.query(counts)).rows[0]).toEqual({ inbox: 2, conversations: 1, jobs: 2 });
  });

  it("keeps the order in which messages of a conversation arrived", async () => {
    const db = await freshDatabase();
    const intake = createIntake(inboxWriter(db.pool));
    const texts = Array.from({ length: 30 }, (_, n) => `message ${n}`);
    // Ids that sort otherwise than they arrive, and two conversations interleaved.
    await Promise.all(
      texts.flatMap((text, n) => [
        intake.accept(ask(text, { id: `T1/C1/a${(30 - n) % 7}-${n}` })),
        intake.accept(ask(text, { id: `T1/C1/b${(30 - n) % 5}-${n}`, thread: "2.0" })),
      ]),
    );
    for (const thread of ["1.0", "2.0"]) {
      const { rows } = await db.pool.query<{ text: string }>(
        `select payload::json ->> 'text' as text from steward.inbox where conversation = $1 order by seq`,
        [`T1/C1/${thread}`],
      );
      expect(rows.map((row) => row.text)).toEqual(texts);
    }
  });

  it("stores hostile text exactly", async () => {
    const db = await freshDatabase();
    const intake = createIntake(inboxWriter(db.pool));
    const text = "nul \0 lone \ud800 bidi \u202e end";
    await intake.accept(ask(text));
    const { rows } = await db.pool.query<{ payload: string }>(`select payload from steward.inbox`);
    expect(JSON.parse(rows[0]?.payload ?? "")).toMatchObject({ text });
  });

  it("says at once that nothing was recorded when Postgres is away", async () => {
    const pool = openPool({ url: "postgres://nobody@127.0.0.1:1/none", log: silent });
    const intake = createIntake(inboxWriter(pool));
    await expect(intake.accept(ask("hello"))).rejects.toThrow(RetryableError);
    await pool.end();
  });
});
