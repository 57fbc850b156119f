import type { EntityTypes, Target } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import type { Kind, Records } from "./port.ts";

/** The CRM's part of the resource tree. */
export const crmEntityTypes: EntityTypes = {
  Crm: [],
  Contact: ["Crm"],
  Company: ["Crm"],
  Deal: ["Crm"],
  Ticket: ["Crm"],
};

const crm = { type: "Crm", id: "crm" };

/** The whole CRM: the target of a list. */
export const crmTarget = (name: string): Target => ({ ...crm, label: name, parents: [], ancestors: [] });

export const typeOf: Record<Kind, string> = {
  contact: "Contact",
  company: "Company",
  deal: "Deal",
  ticket: "Ticket",
};

export const recordTarget = (kind: Kind, record: Records[Kind]): Target => ({
  type: typeOf[kind],
  id: record.id,
  label: `${kind} "${line(record.name, 120)}"`,
  parents: [crm],
  ancestors: [{ ...crm, parents: [] }],
});
