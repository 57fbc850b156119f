import { describe, expect, it, onTestFinished } from "vitest";
import { openStore } from "../../src/store/pool.ts";
import { freshDatabase } from "../support/database.ts";
import { silent } from "../support/silent.ts";

/** A store of one connection, so that what one transaction leaves on it shows in the next. */
const oneConnection = async () => {
  const { url } = await freshDatabase();
  const store = openStore({ url, log: silent, max: 1 });
  onTestFinished(store.close);
  await store.pool.query("create table note (id int primary key, text text not null)");
  return store;
};

const insert = "insert into note (id, text) values ($1, $2)";

describe("a transaction", () => {
  it("runs what is given without waiting in its order", async () => {
    const { transact } = await oneConnection();
    const [, , read] = await transact((tx) =>
      Promise.all([
        tx.query(insert, [1, "first"]),
        tx.query("update note set text = text || $1", [" and last"]),
        tx.query("select text from note where id = $1", [1]),
      ]),
    );
    expect(read.rows).toEqual([{ text: "first and last" }]);
  });

  it("leaves nothing of what was given together when one of it fails, and says which", async () => {
    const { transact, pool } = await oneConnection();
    await expect(
      transact((tx) =>
        Promise.all([
          tx.query(insert, [1, "one"]),
          tx.query(insert, [1, "twice"]),
          tx.query(insert, [2, "after"]),
        ]),
      ),
    ).rejects.toThrow(/duplicate key/);
    expect((await pool.query("select from note")).rowCount).toBe(0);
    // The connection is as good as new.
    await transact((tx) => tx.query(insert, [3, "later"]));
    expect((await pool.query("select id from note")).rows).toEqual([{ id: 3 }]);
  });

  it("runs nothing of a branch that goes on after another one has failed", async () => {
    const { transact, pool } = await oneConnection();
    const over = Promise.withResolvers<undefined>();
    let late: Promise<unknown> = Promise.resolve();
    const failed = transact((tx) => {
      late = over.promise.then(() => tx.query(insert, [2, "late"]));
      return Promise.all([late, tx.query(insert, [1, "one"]), tx.query(insert, [1, "twice"])]);
    });
    await expect(failed).rejects.toThrow(/duplicate key/);
    over.resolve(undefined);
    await expect(late).rejects.toThrow("Its transaction is over");
    expect((await pool.query("select from note")).rowCount).toBe(0);
  });

  it("closes a connection whose prepared statements a migration has made useless", async () => {
    const { transact, pool } = await oneConnection();
    const read = () => transact((tx) => tx.query("select * from note where id > $1", [0]));
    await read();
    await transact((tx) => tx.query("alter table note add column more text"));
    await expect(read()).rejects.toThrow(/cached plan/);
    expect((await read()).rows).toEqual([]);
    expect(pool.totalCount).toBe(1);
  });
});
