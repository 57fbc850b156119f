import { beforeEach, describe, expect, it } from "vitest";
import { openAudit } from "../../src/audit/append.ts";
import { type Installations, keepInstallations } from "../../src/slack/install/installations.ts";
import type { Installation } from "../../src/slack/install/ports.ts";
import { readEnvelope } from "../../src/slack/envelope.ts";
import { takeRevoked, takeUninstalled } from "../../src/slack/listeners/installations.ts";
import { installationStore } from "../../src/store/installations.ts";
import { openSealer } from "../../src/store/seal.ts";
import { turnSweep } from "../../src/store/turn-sweep.ts";
import { freshDatabase } from "../support/database.ts";
import { silent } from "../support/silent.ts";

type Database = Awaited<ReturnType<typeof freshDatabase>>;
let database: Database;
let installations: Installations;

const open = (...keys: [string, ...string[]]): Installations => {
  const { pool, transact } = database;
  const audit = openAudit(transact);
  return keepInstallations({
    store: installationStore(pool, openSealer(keys)),
    transact,
    audit,
    log: silent,
  });
};
beforeEach(async () => {
  database = await freshDatabase();
  installations = open("the first key of the house");
});

const team = (more: Partial<Installation> = {}): Installation => ({
  id: "T1",
  team: "T1",
  enterprise: null,
  name: "One",
  bot: "U0BOT",
  botId: "B0BOT",
  token: "xoxb-one",
  installedBy: "U0ANNA",
  ...more,
});
const org = team({ id: "E1", team: null, enterprise: "E1", token: "xoxb-org", name: "All" });
const soon = () => new Date(Date.now() + 5_000);

const row = async (id: string) => {
  const { rows } = await database.pool.query<{ token: Buffer | null; key_id: string | null; whole: string }>(
    `select token, key_id, row_to_json(i)::text as whole from steward.installation i where id = $1`,
    [id],
  );
  return rows[0];
};

it("finds a workspace's own installation, else its organisation's, and keeps the token sealed", async () => {
  await installations.add(org);
  expect(await installations.of("E1.T1")).toEqual(org);
  await installations.add(team({ enterprise: "E1" }));
  expect(await installations.of("E1.T1")).toEqual(team({ enterprise: "E1" }));
  expect(await installations.of("E1.T2")).toEqual(org);
  expect(await installations.of("T9")).toBeUndefined();
  expect((await row("T1"))?.whole).not.toContain(Buffer.from("xoxb-one").toString("hex"));
});

it("forgets the token of a removed one, tells the audit log once, and takes a new one in its place", async () => {
  await installations.add(team());
  await installations.remove("T1", "the app was uninstalled", soon());
  await installations.remove("T1", "its token was revoked", soon());
  expect(await installations.of("T1")).toBeUndefined();
  expect(await row("T1")).toMatchObject({ token: null, key_id: null });
  const { rows } = await database.pool.query<{ kind: string }>(
    `select kind from steward.audit where kind like 'installation.%' order by id`,
  );
  expect(rows.map(({ kind }) => kind)).toEqual(["installation.added", "installation.removed"]);
  await installations.add(team({ token: "xoxb-two" }));
  expect((await installations.of("T1"))?.token).toBe("xoxb-two");
});

it("is not undone by a late word of an earlier leave", async () => {
  await installations.add(team());
  await installations.remove("T1", "the app was uninstalled", new Date(Date.now() - 60_000));
  expect(await installations.of("T1")).toEqual(team());
});

describe("a leave that Slack tells of", () => {
  const told = async (workspace: string, orgWide?: boolean, tokens?: { bot: string[] }) => {
    const [team_id, enterprise_id] = workspace.split(".").toReversed();
    const envelope = readEnvelope({
      ...{ type: "event_callback", team_id, event_id: "Ev1", event_time: Math.floor(Date.now() / 1000) + 5 },
      authorizations: [{ team_id, enterprise_id, user_id: "U0BOT", is_enterprise_install: orgWide }],
      event: { type: tokens === undefined ? "app_uninstalled" : "tokens_revoked", tokens },
    });
    if (envelope === undefined) throw new Error("Not an envelope");
    const take = tokens === undefined ? takeUninstalled : takeRevoked;
    const parts = { known: installations.known, removeInstallation: installations.remove };
    return take(parts)(envelope);
  };
  const left = async () => {
    const { rows } = await database.pool.query<{ id: string }>(
      `select id from steward.installation where token is not null order by id`,
    );
    return rows.map(({ id }) => id);
  };
  beforeEach(async () => {
    await installations.add(org);
    await installations.add(team({ enterprise: "E1" }));
  });

  it("takes the workspace's own token, and never its organisation's when it comes twice", async () => {
    expect(await told("E1.T1", undefined, { bot: ["U0BOT"] })).toBe("left");
    for (const orgWide of [undefined, true, false]) {
      expect(await told("E1.T1", orgWide)).toBe("ignored");
      expect(await told("E1.T1", orgWide, { bot: ["U0BOT"] })).toBe("ignored");
    }
    expect(await left()).toEqual(["E1"]);
    expect(await installations.of("E1.T1")).toEqual(org);
  });

  it("takes no organisation's token after a refused call gave up the workspace's own", async () => {
    await installations.remove("T1", "Slack answered account_inactive", soon());
    expect(await told("E1.T1")).toBe("ignored");
    expect(await left()).toEqual(["E1"]);
  });

  it("takes the organisation's where the workspace never had its own, unless Slack says otherwise", async () => {
    expect(await told("E1.T2", false)).toBe("ignored");
    expect(await told("E1.T2", true, { bot: ["U0OTHER"] })).toBe("ignored");
    expect(await left()).toEqual(["E1", "T1"]);
    expect(await told("E1.T2")).toBe("left");
    expect(await left()).toEqual(["T1"]);
  });
});

it("seals anew what an older key sealed, so that the older one can go", async () => {
  await installations.add(team());
  const before = await row("T1");
  expect(await open("the second key of the house", "the first key of the house").of("T1")).toEqual(team());
  expect((await row("T1"))?.key_id).not.toBe(before?.key_id);
  expect(await open("the second key of the house").of("T1")).toEqual(team());
  await expect(installations.of("T1")).rejects.toThrow(/STEWARD_KEY/);
});

it("lets the work of a workspace rest while the app has left it, and go on afterwards", async () => {
  const { pool } = database;
  await installations.add(team());
  await pool.query(
    `insert into steward.conversation (id, workspace, channel, thread_ts, kind) values ('T1/C1/1.0', 'T1', 'C1', '1.0', 'channel')`,
  );
  await pool.query(
    `insert into steward.inbox (id, conversation, kind, person, payload, received_at)
     values ('T1/C1/1.0', 'T1/C1/1.0', 'ask', 'T1/U1', '{}', now() - interval '1 minute')`,
  );
  await pool.query(
    `insert into steward.outbox (id, workspace, channel, kind, view, created_at)
     values (gen_random_uuid(), 'T1', 'C1', 'post', '{}', now() - interval '1 minute')`,
  );
  await installations.remove("T1", "the app was uninstalled", soon());
  const sweep = turnSweep(pool);
  expect([await sweep.addConverseJobs(), await sweep.addSendJobs()]).toEqual([0, 0]);
  await installations.add(team());
  expect([await sweep.addConverseJobs(), await sweep.addSendJobs()]).toEqual([1, 1]);
});
