import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { correctionsOf, correctionStore } from "../../src/store/corrections.ts";
import type { Store } from "../../src/store/pool.ts";
import { freshDatabase } from "../support/database.ts";

const opened = async (): Promise<Store> => {
  const store = await freshDatabase();
  await store.pool.query(
    `insert into steward.conversation (id, workspace, channel, thread_ts, kind) values ('T1/C1/1.0', 'T1', 'C1', '1.0', 'channel')`,
  );
  return store;
};

/** A correction of a person's own turn. */
const corrected = async (
  { pool, transact }: Store,
  person: string,
  text: string,
  how: { guest?: boolean; external?: boolean } = {},
): Promise<void> => {
  const turn = randomUUID();
  const principal = { workspace: "T1", user: person, name: person, guest: false, external: false, ...how };
  await pool.query(
    `insert into steward.turn (id, conversation, state, origin, principal, request) values ($1, 'T1/C1/1.0', 'done', 'chat', $2, '{}')`,
    [turn, JSON.stringify(principal)],
  );
  await transact((tx) =>
    correctionStore.put(tx, { turn, person, workspace: "T1", text, given: "one", chosen: "other" }),
  );
};

describe("what people corrected", () => {
  it("is taken in by equal shares, a person's newest, oldest first", async () => {
    const store = await opened();
    await corrected(store, "anna", "anna's");
    for (let nth = 1; nth <= 25; nth++) await corrected(store, "boris", `boris's ${nth}`);
    const texts = (await correctionsOf(store.pool, "T1")).map(({ text }) => text);
    expect(texts).toEqual(["anna's", ...Array.from({ length: 20 }, (_, at) => `boris's ${at + 6}`)]);
    expect(await correctionsOf(store.pool, "T2")).toEqual([]);
  });

  it("teaches nothing where a guest or an outsider said it", async () => {
    const store = await opened();
    await corrected(store, "anna", "a member's");
    await corrected(store, "guest", "a guest's", { guest: true });
    await corrected(store, "outsider", "an outsider's", { external: true });
    expect(await correctionsOf(store.pool, "T1")).toEqual([{ text: "a member's", chosen: "other" }]);
  });
});
