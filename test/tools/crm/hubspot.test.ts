import { startCrm } from "../../../sandbox/crm/index.ts";
import { hubSpot } from "../../../tools/crm/hubspot.ts";
import type { Who } from "./calling.ts";
import { crmContract } from "./contract.ts";
import { crmOver } from "./harness.ts";

const owners: Partial<Record<Who, string>> = { dan: "71001", carla: "71002", mei: "71003" };

crmContract("HubSpot", async () => {
  const system = await startCrm();
  const over = crmOver(
    system.url,
    { header: "authorization", value: `Bearer ${system.token}` },
    (http) => hubSpot({ url: system.url }, http, Date.now),
    (who) => (owners[who] === undefined ? {} : { hubspot_owner: owners[who] }),
  );
  return {
    ...over,
    sees: "their team's",
    editDeal: (id, amount) => system.editAs("mei@example.com", "deals", id, { amount: String(amount) }),
    writes: () => system.journal.list({ method: "PATCH" }).length,
    close: async () => {
      await over.close();
      await system.close();
    },
  };
});
