import { expect, it } from "vitest";
import { openClosers } from "../../src/cli/closers.ts";
import { openDataSide } from "../../src/cli/data-side.ts";
import { parseConfig } from "../../src/config.ts";
import { openLog } from "../../src/telemetry/log.ts";
import { freshDatabase } from "../support/database.ts";

it("opens Postgres so that no statement keeps anybody waiting for ever", async () => {
  const { url } = await freshDatabase();
  const config = parseConfig(
    {
      DATABASE_URL: url,
      SLACK_BOT_TOKEN: "xoxb-test",
      SLACK_SIGNING_SECRET: "a signing secret",
      LOG_LEVEL: "silent",
    },
    "/repository",
  );
  const closers = openClosers((error) => {
    throw error;
  });
  const { store } = await openDataSide(config, openLog("silent"), closers);
  const { rows } = await store.pool.query<{ limit: string }>(
    `select current_setting('statement_timeout') as limit`,
  );
  expect(rows).toEqual([{ limit: "30s" }]);
  // A statement that the server is not there to end is given up by ourselves, a little later.
  expect(store.pool.options.query_timeout).toBeGreaterThan(30_000);
  await closers.close();
});
