import { expect, it, onTestFinished } from "vitest";
import { mcpClient, onlySystems, tokenFor } from "../support/mcp-client.ts";
import { startSteward } from "../steward.ts";

const patch = { method: "PATCH", path: "/crm/v3/objects/deals/:id" };

it("asks for an MCP client's write once, however often the product dies while it takes it", async () => {
  const env = onlySystems(/^(STEWARD_CRM|HUBSPOT_)/);
  const steward = await startSteward(
    { env, crashAt: "opened", slack: { ackTimeoutMs: 20_000 } },
    onTestFinished,
  );
  const { token } = await tokenFor(steward, "U0DAN");
  const ask = async () => {
    const client = await mcpClient(steward.url, token);
    try {
      return await client.call("crm_deal_update", { deal: "Globex", stage: "negotiation" });
    } finally {
      await client.close();
    }
  };

  // Its thread stands in Slack, and nothing is recorded: the client hears nothing at all.
  await expect(ask()).rejects.toThrow();
  expect(await steward.ended()).toBe("SIGKILL");
  await steward.restart();
  expect((await ask()).text).toContain("It is not recorded");

  // Asked again after its minute, it is asked of Dan.
  const { pool } = steward.database;
  await pool.query(`update steward.mcp_request set created_at = created_at - interval '2 minutes'`);
  const asked = await ask();
  expect(asked.text).toContain('Approval requested: Change the deal "Globex"');

  // Killed while it waits: the same call is the same request, and the card is still the only one.
  await steward.kill();
  await steward.restart();
  const again = await ask();
  expect(again.text).toContain("asked for already");
  expect(again.data["request"]).toBe(asked.data["request"]);
  const { rows } = await pool.query(`select from steward.action`);
  expect(rows).toHaveLength(1);
  expect(steward.crm.journal.list(patch)).toEqual([]);
}, 150_000);
