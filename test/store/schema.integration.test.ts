import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { dumpSchema } from "../support/schema.ts";

const file = new URL("../../src/store/schema.sql", import.meta.url);

it("the schema that review sees is the one the migrations make (STEWARD_WRITE_SCHEMA=1 writes it)", async () => {
  const { pool } = await freshDatabase();
  const made = await dumpSchema(pool);
  if (process.env["STEWARD_WRITE_SCHEMA"] === "1") writeFileSync(file, made);
  expect(made).toBe(readFileSync(file, "utf8"));
});
