import type { EntityTypes, Target } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import type { Deal } from "./port.ts";

/** The CRM's part of the resource tree. */
export const crmEntityTypes: EntityTypes = { Crm: [], Deal: ["Crm"] };

const crm = { type: "Crm", id: "crm" };

/** All deals: the target of a list. */
export const crmTarget = (name: string): Target => ({ ...crm, label: name, parents: [], ancestors: [] });

export const dealTarget = (deal: Deal): Target => ({
  type: "Deal",
  id: deal.id,
  label: `deal "${line(deal.name, 120)}"`,
  parents: [crm],
  ancestors: [{ ...crm, parents: [] }],
});
