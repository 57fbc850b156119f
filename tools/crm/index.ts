import type { Tool } from "../../src/core/tool.ts";
import { accountRead } from "./account-read.ts";
import { companyFind } from "./company-find.ts";
import { contactFind } from "./contact-find.ts";
import { dealCreate } from "./deal-create.ts";
import { dealFind } from "./deal-find.ts";
import { dealRead } from "./deal-read.ts";
import { dealUpdate } from "./deal-update.ts";
import { duplicateMerge } from "./duplicate-merge.ts";
import { forecastRead } from "./forecast-read.ts";
import { noteLog } from "./note-log.ts";
import type { CrmPort } from "./port.ts";
import { recordAssign } from "./record-assign.ts";
import { taskCreate } from "./task-create.ts";
import { ticketCreate } from "./ticket-create.ts";
import { ticketFind } from "./ticket-find.ts";
import { ticketLink } from "./ticket-link.ts";
import { ticketRead } from "./ticket-read.ts";
import { ticketReport } from "./ticket-report.ts";
import { ticketUpdate } from "./ticket-update.ts";

/** Every CRM tool, over whichever CRM stands behind the port. */
export const crmTools = (crm: CrmPort): Tool[] => [
  dealFind(crm),
  dealRead(crm),
  dealUpdate(crm),
  dealCreate(crm),
  recordAssign(crm, "deal"),
  forecastRead(crm),
  contactFind(crm),
  companyFind(crm),
  accountRead(crm),
  ticketFind(crm),
  ticketRead(crm),
  ticketCreate(crm),
  ticketUpdate(crm),
  recordAssign(crm, "ticket"),
  ticketLink(crm),
  ticketReport(crm),
  noteLog(crm),
  taskCreate(crm),
  duplicateMerge(crm),
];
