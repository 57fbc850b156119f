import { memoryCrm } from "../../../tools/crm/memory.ts";
import { contextOf } from "./calling.ts";
import { crmContract } from "./contract.ts";

crmContract("memory", () => {
  const crm = memoryCrm(Date.now);
  return Promise.resolve({
    crm,
    sees: "their team's",
    read: (who, ask) => ask(contextOf(who, {})),
    write: (who, ask) => ask(contextOf(who, {})),
    editDeal: async (id, amount) => {
      await crm.update("deal", id, { amount }, "", contextOf("mei", {}));
    },
    writes: () => 0,
    close: () => Promise.resolve(),
  });
});
