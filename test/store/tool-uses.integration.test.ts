import { expect, it, onTestFinished } from "vitest";
import { openAudit } from "../../src/audit/append.ts";
import { openStore } from "../../src/store/pool.ts";
import { lastUses } from "../../src/store/tool-uses.ts";
import { freshDatabase } from "../support/database.ts";
import { silent } from "../support/silent.ts";

it("says when each tool was last read with, by the newest audit rows", async () => {
  const { url } = await freshDatabase();
  const store = openStore({ url, log: silent });
  onTestFinished(store.close);
  const audit = openAudit(store.transact);
  const row = (tool: string) => ({ kind: "read.done" as const, actor: "steward", fields: { tool } });
  await audit.append(row("crm_deal_find"));
  await audit.append(row("crm_deal_read"));
  const first = await lastUses(url);
  expect([...first.keys()].toSorted()).toEqual(["crm_deal_find", "crm_deal_read"]);
  await audit.append(row("crm_deal_find"));
  const again = await lastUses(url);
  expect(again.get("crm_deal_find")?.getTime()).toBeGreaterThan(
    first.get("crm_deal_find")?.getTime() ?? Infinity,
  );
  expect(again.get("crm_deal_read")).toEqual(first.get("crm_deal_read"));
});
