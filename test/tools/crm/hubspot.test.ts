import { openCapabilities } from "../../../src/gate/capabilities.ts";
import { createHttp } from "../../../src/http/client.ts";
import { serviceCredentials } from "../../../src/http/credentials.ts";
import { startCrm } from "../../../sandbox/crm/index.ts";
import { hubSpot } from "../../../tools/crm/hubspot.ts";
import { called, contextOf, type Who } from "./calling.ts";
import { crmContract } from "./contract.ts";

const owners: Partial<Record<Who, string>> = { dan: "71001", carla: "71002", mei: "71003" };

crmContract("HubSpot", async () => {
  const system = await startCrm();
  const capabilities = openCapabilities();
  const secret = { header: "authorization", value: `Bearer ${system.token}` };
  const http = createHttp({
    allow: [system.url],
    credentials: serviceCredentials({ crm: { url: system.url, secret } }),
    writes: capabilities.objection,
  });
  const crm = hubSpot({ url: system.url }, http, Date.now);
  const context = (who: Who) => {
    const owner = owners[who];
    return contextOf(who, owner === undefined ? {} : { hubspot_owner: owner });
  };
  return {
    crm,
    read: (who, ask) => called(ask, context(who)),
    write: (who, ask) => called(ask, context(who), capabilities),
    editDeal: (id, amount) => system.editAs("mei@example.com", "deals", id, { amount: String(amount) }),
    writes: () => system.journal.list({ method: "PATCH" }).length,
    close: async () => {
      await http.close();
      await system.close();
    },
  };
});
