import { expect, it } from "vitest";
import { askerTokens } from "../../src/store/askers.ts";
import { freshDatabase } from "../support/database.ts";

const anna = { workspace: "T1", user: "U1" };

it("keeps the newest right to search of each person, for a quarter of an hour", async () => {
  const { pool } = await freshDatabase();
  const askers = askerTokens(pool);
  expect(await askers.of(anna)).toBeUndefined();
  await askers.keep(anna, "first");
  await askers.keep(anna, "second");
  await askers.keep({ workspace: "T2", user: "U1" }, "another workspace");
  expect(await askers.of(anna)).toBe("second");
  await pool.query(
    `update steward.asker set heard_at = now() - interval '16 minutes' where person = 'T1/U1'`,
  );
  expect(await askers.of(anna)).toBeUndefined();
  await askers.forget();
  const { rows } = await pool.query(`select person from steward.asker`);
  expect(rows).toEqual([{ person: "T2/U1" }]);
  await askers.keep(anna, "third");
  expect(await askers.of(anna)).toBe("third");
});
