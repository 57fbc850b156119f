import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Salesforce, startSalesforce } from "../../../sandbox/crm/salesforce/index.ts";
import { createHttp } from "../../../src/http/client.ts";
import { jwtBearer, type Session } from "../../../src/http/jwt-bearer.ts";
import { salesforce } from "../../../tools/crm/salesforce.ts";
import type { Who } from "./calling.ts";
import { crmContract, type Harness } from "./contract.ts";
import { crmOver } from "./harness.ts";

interface Over extends Harness {
  system: Salesforce;
  session: Session;
}

const open = async (change: Partial<Salesforce["signIn"]> = {}): Promise<Over> => {
  const system = await startSalesforce();
  const signing = createHttp({ allow: [system.url], writes: "steward's own", wait: () => Promise.resolve() });
  const { username: subject, ...signIn } = { ...system.signIn, ...change };
  const tokenUrl = `${system.url}/services/oauth2/token`;
  const session = jwtBearer({ system: "Salesforce", tokenUrl, subject, ...signIn }, () => signing, Date.now);
  const over = crmOver(
    system.url,
    () => session.secret(),
    (http) => salesforce({ url: system.url, sessionOver: () => session.drop() }, http, Date.now),
    (who: Who) => (who === "anna" ? {} : { salesforce: `${who}@example.com.crm` }),
  );
  return {
    ...over,
    system,
    session,
    sees: "their team's",
    editDeal: (id, amount) => system.edit("Opportunity", id, { Amount: amount }),
    writes: () => system.journal.list({ method: "PATCH" }).length,
    close: async () => {
      await over.close();
      await signing.close();
      await system.close();
    },
  };
};

crmContract("Salesforce", () => open());

describe("Salesforce", () => {
  let bench: Over;
  beforeEach(async () => {
    bench = await open();
  });
  afterEach(() => bench.close());
  const globex = async () => {
    const { records } = await bench.read("dan", (context) =>
      bench.crm.find("deal", { text: "Globex", rowsMax: 5 }, context),
    );
    const [deal] = records;
    if (deal === undefined) throw new Error("no deal");
    return deal;
  };
  const signIns = () => bench.system.journal.list({ path: "/services/oauth2/token" }).length;

  it("signs in once, and once more when the session was ended", async () => {
    const deal = await globex();
    await globex();
    expect(signIns()).toBe(1);
    bench.system.endSessions();
    expect((await globex()).id).toBe(deal.id);
    expect(signIns()).toBe(2);
  });

  it("sends a write once, also where the session was ended, and says that nothing was done", async () => {
    const deal = await globex();
    bench.system.endSessions();
    const change = bench.write("dan", (context) =>
      bench.crm.update("deal", deal.id, { amount: 1 }, deal.updatedAt, context),
    );
    await expect(change).rejects.toThrow(/does not accept Steward's session/);
    expect(bench.system.journal.list({ method: "PATCH" })).toHaveLength(1);
    expect((await globex()).amount).toBe(40_000);
  });

  it("refuses a change of what was changed meanwhile, by Salesforce's own precondition", async () => {
    const deal = await globex();
    bench.system.edit("Opportunity", deal.id, { Amount: 41_000 });
    const change = bench.write("dan", (context) =>
      bench.crm.update("deal", deal.id, { amount: 1 }, deal.updatedAt, context),
    );
    await expect(change).rejects.toThrow(/changed by somebody else/);
    expect((await globex()).amount).toBe(41_000);
  });

  it("takes words as words: no quote ends a query", async () => {
    for (const text of ["' OR Name LIKE '%", String.raw`\' OR IsClosed = true`, "100% _"]) {
      const found = await bench.read("dan", (context) =>
        bench.crm.find("deal", { text, rowsMax: 5 }, context),
      );
      expect(found.records, text).toEqual([]);
    }
    const none = await bench.read("dan", (context) =>
      bench.crm.find("deal", { ownerId: "x' OR Name != '", rowsMax: 5 }, context),
    );
    expect(none.records).toEqual([]);
  });

  it("names what a sign-in lacks, and never the key", async () => {
    const wrong = await open({ clientId: "another" });
    const asking = wrong.read("dan", (context) => wrong.crm.owners(context));
    await expect(asking).rejects.toThrow(/client identifier invalid/);
    await expect(asking).rejects.not.toThrow(/PRIVATE KEY/);
    await wrong.close();
  });
});
