import { createHash, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { openAudit } from "../../src/audit/append.ts";
import type { Principal } from "../../src/core/principal.ts";
import { openTokens } from "../../src/mcp/tokens.ts";
import { inboxWriter } from "../../src/store/inbox.ts";
import { forgetOldMcp, mcpDefinitions, mcpRequestStore, mcpTokenStore } from "../../src/store/mcp.ts";
import { freshDatabase } from "../support/database.ts";

type Database = Awaited<ReturnType<typeof freshDatabase>>;
let database: Database;
beforeEach(async () => {
  database = await freshDatabase();
});

const person = (user: string): Principal => ({
  ...{ kind: "person", workspace: "T1", user, name: user, email: `${user.toLowerCase()}@example.com` },
  ...{ timezone: "UTC", guest: false, external: false, bot: false, active: true },
});
const anna = person("U1");
const boris = person("U2");

const tokens = (why?: string) =>
  openTokens({
    store: mcpTokenStore(database.pool),
    transact: database.transact,
    audit: openAudit(database.transact),
    forbidden: () => Promise.resolve(why),
  });

const minted = async (who = anna) => {
  const made = await tokens().mint(who);
  if (made.kind === "refused") throw new Error(made.text);
  return made;
};

describe("tokens of MCP clients", () => {
  it("speak for their person while they are good, and are kept by their hashes alone", async () => {
    const { token, id } = await minted();
    expect(await tokens().use(token)).toEqual({ id, person: { workspace: "T1", user: "U1" }, calls: 1 });
    expect(await tokens().use(token.replace(/.$/, (last) => (last === "A" ? "E" : "A")))).toBeUndefined();
    expect(await tokens().use("steward_mcp_short")).toBeUndefined();
    const { rows } = await database.pool.query<{ hash: Buffer }>(`select hash from steward.mcp_token`);
    expect(rows.map(({ hash }) => hash)).toEqual([createHash("sha256").update(token).digest()]);
  });

  it("end by their time, by their person, and by nobody else", async () => {
    const { token, id } = await minted();
    const other = await minted(boris);
    expect(await tokens().revoke(boris, id)).toEqual([]);
    expect(await tokens().use(token)).toBeDefined();
    expect(await tokens().revoke(anna, id)).toEqual([id]);
    expect(await tokens().use(token)).toBeUndefined();
    expect(await tokens().of(anna)).toEqual([]);
    expect(await tokens().use(other.token)).toBeDefined();
    await database.pool.query(`update steward.mcp_token set expires_at = now() - interval '1 second'`);
    expect(await tokens().use(other.token)).toBeUndefined();
  });

  it("count the calls of a minute over all replicas, and begin anew with the next", async () => {
    const { token } = await minted();
    const calls = await Promise.all(Array.from({ length: 20 }, () => tokens().use(token)));
    const counts = calls.map((call) => call?.calls ?? 0).toSorted((a, b) => a - b);
    expect(new Set(counts).size).toBe(20);
    await database.pool.query(`update steward.mcp_token set minute = minute - interval '1 minute'`);
    expect((await tokens().use(token))?.calls).toBe(1);
  });

  it("are five at most, and none for whom the rules forbid everything", async () => {
    for (let made = 0; made < 5; made++) await minted();
    expect(await tokens().mint(anna)).toMatchObject({
      kind: "refused",
      text: expect.stringContaining("5 tokens"),
    });
    expect(await tokens("Guests may not.").mint({ ...boris, guest: true })).toMatchObject({
      kind: "refused",
      text: "You get no token. Guests may not.",
    });
    const { rows } = await database.pool.query(
      `select kind from steward.audit where kind = 'mcp_token.minted'`,
    );
    expect(rows).toHaveLength(5);
  });
});

describe("requests of MCP clients", () => {
  const digest = (words: string) => createHash("sha256").update(words).digest();
  const begin = async (token: string, words = "a", who = anna) => {
    const id = randomUUID();
    return mcpRequestStore(database.pool, database.transact).begin({
      ...{ id, inbox: `T1/mcp/${id}`, token, person: who, digest: digest(words) },
    });
  };

  it("are one while the same is open, however many ask at once", async () => {
    const { id: token } = await minted();
    // Connections that stand already: else the first one is done before the others are there.
    await Promise.all(Array.from({ length: 10 }, () => database.pool.query("select 1")));
    const begun = await Promise.all(Array.from({ length: 10 }, () => begin(token)));
    expect(begun.filter(({ fresh }) => fresh)).toHaveLength(1);
    expect(new Set(begun.map(({ id }) => id)).size).toBe(1);
    expect((await begin(token, "b")).fresh).toBe(true);
    expect((await begin(token, "a", boris)).fresh).toBe(true);
    await database.pool.query(`update steward.mcp_request set created_at = now() - interval '2 minutes'`);
    // Nothing was ever stored of it: whoever began it is gone.
    expect((await begin(token)).fresh).toBe(true);
  });

  it("stay open as long as their turn does, and tell only their own person how they stand", async () => {
    const { id: token } = await minted();
    const requests = mcpRequestStore(database.pool, database.transact);
    const { id } = await begin(token);
    expect(await requests.state(id, anna)).toMatchObject({ state: "beginning", conversation: null });
    const conversation = {
      ...{ key: "T1/D1/1.1", workspace: "T1", channel: "D1", threadTs: "1.1", kind: "dm" as const },
    };
    const write = inboxWriter(database.pool);
    const row = { id: `T1/mcp/${id}`, conversation, kind: "call" as const, person: anna, urgent: false };
    await write([{ ...row, payload: { tool: "x", args: {}, text: "x", origin: "mcp" } }]);
    await database.pool.query(`update steward.mcp_request set created_at = now() - interval '2 minutes'`);
    expect((await begin(token)).id).toBe(id);
    expect(await requests.state(id, anna)).toMatchObject({
      ...{ conversation: { channel: "D1", threadTs: "1.1" }, state: "stored", turn: null },
    });
    expect(await requests.state(id, boris)).toBeUndefined();

    const turn = randomUUID();
    await database.pool.query(
      `insert into steward.turn (id, conversation, state, origin, principal, request)
       values ($1, $2, 'waiting', 'mcp', '{}', '{}')`,
      [turn, conversation.key],
    );
    await database.pool.query(`update steward.inbox set turn = $1, done_at = now()`, [turn]);
    expect(await requests.state(id, anna)).toMatchObject({ state: "waiting", turn });
    expect((await begin(token)).fresh).toBe(false);
    await database.pool.query(`update steward.turn set state = 'done', answer = 'It is done.'`);
    expect(await requests.state(id, anna)).toMatchObject({ state: "done", text: "It is done." });
    expect((await begin(token)).fresh).toBe(true);
  });
});

it("forgets requests and tokens that ended long ago, and nothing that is good", async () => {
  const old = await minted();
  const good = await minted(boris);
  const requests = mcpRequestStore(database.pool, database.transact);
  const begin = (token: string, person = anna) => {
    const id = randomUUID();
    return requests.begin({
      ...{ id, inbox: id, token, person },
      digest: createHash("sha256").update(id).digest(),
    });
  };
  const { id } = await begin(old.id);
  const { id: kept } = await begin(good.id, boris);
  await database.pool.query(
    `update steward.mcp_token set expires_at = now() - interval '31 days' where id = $1`,
    [old.id],
  );
  await database.pool.query(
    `update steward.mcp_request set created_at = now() - interval '31 days' where id = $1`,
    [id],
  );
  await forgetOldMcp(database.pool);
  expect(await requests.state(id, anna)).toBeUndefined();
  expect(await requests.state(kept, boris)).toBeDefined();
  const { rows } = await database.pool.query<{ id: string }>(`select id from steward.mcp_token`);
  expect(rows.map((row) => row.id)).toEqual([good.id]);
});

it("keeps definitions of MCP servers exactly as they were listed", async () => {
  const definitions = mcpDefinitions(database.pool);
  expect(await definitions.load("wiki")).toBeUndefined();
  const listed = [{ name: "b", inputSchema: { z: 1, a: [2] } }];
  await definitions.save("wiki", [{ name: "old" }]);
  await definitions.save("wiki", listed);
  expect(JSON.stringify(await definitions.load("wiki"))).toBe(JSON.stringify(listed));
});
