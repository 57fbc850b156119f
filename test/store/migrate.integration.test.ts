import { randomUUID } from "node:crypto";
import pg from "pg";
import { expect, inject, it, onTestFinished } from "vitest";
import { migrate } from "../../src/store/migrate.ts";

it("four processes migrate a fresh database at once, and the further setups run one after the other", async () => {
  const admin = new pg.Client({ connectionString: inject("postgres") });
  await admin.connect();
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await admin.query(`create database ${name}`);
  onTestFinished(async () => {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  });
  const url = inject("postgres").replace(/\/steward$/, `/${name}`);
  let inside = 0;
  const setup = async (): Promise<void> => {
    inside += 1;
    expect(inside).toBe(1);
    await admin.query("select 1");
    inside -= 1;
  };
  await Promise.all([1, 2, 3, 4].map(() => migrate(url, [setup])));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "select count(distinct name)::int = count(*)::int as once from steward.migration",
  );
  await client.end();
  expect(rows[0]).toEqual({ once: true });
});
