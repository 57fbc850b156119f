import type { Tool } from "../../src/core/tool.ts";
import { dealFind } from "./deal-find.ts";
import { dealRead } from "./deal-read.ts";
import { dealUpdate } from "./deal-update.ts";
import type { CrmPort } from "./port.ts";

/** Every CRM tool, over whichever CRM stands behind the port. */
export const crmTools = (crm: CrmPort): Tool[] => [dealFind(crm), dealRead(crm), dealUpdate(crm)];
