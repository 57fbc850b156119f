import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAudit } from "../../src/audit/append.ts";
import { linkRows } from "../../src/audit/chain.ts";
import { chainOrigin, linkHash } from "../../src/audit/row.ts";
import type { Store } from "../../src/store/pool.ts";
import { freshDatabase } from "../support/database.ts";

let store: Store;
let audit: ReturnType<typeof openAudit>;

beforeAll(async () => {
  store = await freshDatabase(afterAll);
  audit = openAudit(store.transact);
});

const rows = async () => {
  const { rows: found } = await store.pool.query<{
    id: string;
    kind: string;
    body: string;
    row_hash: Buffer;
    payload: string | null;
  }>("select * from steward.audit order by id");
  return found;
};

const linkAll = async (): Promise<void> => {
  while ((await linkRows(store.transact)) > 0);
};

const unlinked = async (): Promise<number> => {
  const { rows: found } = await store.pool.query<{ count: number }>(
    `select count(*)::int as count from steward.audit a
     where not exists (select from steward.audit_link l where l.audit = a.id)`,
  );
  return found[0]?.count ?? 0;
};

describe("audit", () => {
  it("stores a row only with the change it belongs to", async () => {
    const before = (await rows()).length;
    const change = store.transact(async (tx) => {
      await audit.appendIn(tx, { kind: "test.rolled-back", actor: "steward", fields: {} });
      throw new Error("the change failed");
    });
    await expect(change).rejects.toThrow("the change failed");
    expect((await rows()).length).toBe(before);
  });

  it("hashes exactly the stored bytes, whatever hostile text they hold", async () => {
    const hostile = 'NUL \u0000, lone \uD800, bidi \u202E, "__proto__", 1e400, ' + "x".repeat(10_000);
    await audit.append({
      kind: "test.hostile",
      actor: hostile.slice(0, 40).replaceAll("\0", ""),
      fields: { hostile },
    });
    const row = (await rows()).at(-1);
    expect(row?.row_hash).toEqual(
      createHash("sha256")
        .update(row?.body ?? "", "utf8")
        .digest(),
    );
    expect(JSON.parse(row?.body ?? "").fields.hostile).toBe(hostile);
  });

  it("keeps payloads aside: erasing one leaves the row as it was", async () => {
    await audit.append({
      kind: "test.payload",
      actor: "steward",
      fields: {},
      payload: { words: "personal" },
    });
    const row = (await rows()).at(-1);
    expect(row?.body).not.toContain("personal");
    await store.pool.query("delete from steward.audit_payload where id = $1", [row?.payload]);
    expect((await rows()).at(-1)).toEqual(row);
  });

  it("is durable when append resolves, and takes many at once", async () => {
    const before = (await rows()).length;
    await Promise.all(
      Array.from({ length: 1_200 }, (_, i) =>
        audit.append({ kind: "test.many", actor: "steward", fields: { i } }),
      ),
    );
    expect((await rows()).length).toBe(before + 1_200);
  });

  it("stores the others of a batch when Postgres refuses one row, and fails all at once when it is away", async () => {
    const before = (await rows()).length;
    const append = (log: typeof audit, actor: string) =>
      log.append({ kind: "test.batch", actor, fields: {}, payload: { actor } });
    const given = ["first", "one", "no\0body", "two"].map((actor) => append(audit, actor));
    const settled = await Promise.allSettled(given);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect((await rows()).length).toBe(before + 3);

    let tries = 0;
    const away = openAudit(() => {
      tries += 1;
      return Promise.reject(new Error("Connection terminated unexpectedly"));
    });
    await Promise.allSettled(["first", "one", "two", "three"].map((actor) => append(away, actor)));
    expect(tries).toBe(2);
  });

  it.each([
    "update steward.audit set kind = 'x'",
    "delete from steward.audit",
    "truncate steward.audit cascade",
  ])("refuses to change the past: %s", async (text) => {
    await audit.append({ kind: "test.past", actor: "steward", fields: {} });
    await expect(store.pool.query(text)).rejects.toThrow(/append-only|permission denied/);
  });

  it("belongs to a role that nobody logs in as", async () => {
    const { rows: owners } = await store.pool.query<{ owner: string; login: boolean }>(
      `select t.tableowner as owner, r.rolcanlogin as login from pg_tables t join pg_roles r on r.rolname = t.tableowner
       where t.schemaname = 'steward' and t.tablename in ('audit', 'audit_link')`,
    );
    expect(owners).toEqual([
      { owner: "steward_audit", login: false },
      { owner: "steward_audit", login: false },
    ]);
  });

  it("gives every committed row one place in one unbroken chain, also rows that committed out of order", async () => {
    await linkAll();
    let early: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (early = resolve));
    let inserted: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (inserted = resolve));
    const slow = store.transact(async (tx) => {
      await audit.appendIn(tx, { kind: "test.slow", actor: "steward", fields: {} });
      inserted();
      await held;
    });
    await first;
    await audit.append({ kind: "test.fast", actor: "steward", fields: {} });
    await linkAll();
    early();
    await slow;
    // Transactions are counted over the whole server: one that is open in another database holds rows back, too.
    await expect
      .poll(async () => {
        await Promise.all([linkAll(), linkAll()]);
        return unlinked();
      })
      .toBe(0);

    const { rows: links } = await store.pool.query<{
      seq: string;
      previous: Buffer;
      link_hash: Buffer;
      row_hash: Buffer;
    }>(
      `select l.seq, l.previous, l.link_hash, a.row_hash from steward.audit_link l
       join steward.audit a on a.id = l.audit order by l.seq`,
    );
    expect(links.length).toBe((await rows()).length);
    let previous: Buffer = chainOrigin;
    for (const [index, link] of links.entries()) {
      expect(link.seq).toBe(String(index + 1));
      expect(link.previous).toEqual(previous);
      expect(link.link_hash).toEqual(linkHash("main", BigInt(link.seq), previous, link.row_hash));
      previous = link.link_hash;
    }
  });
});
