import type { Kind, Ref } from "./port.ts";
import * as soql from "./soql.ts";

/** Of a record those whose field names it. */
const theirs: Partial<Record<Kind, Partial<Record<Kind, string>>>> = {
  company: { contact: "AccountId", deal: "AccountId", ticket: "AccountId" },
  contact: { ticket: "ContactId" },
};

/** Of a record the one that a field of it, or of a row between the two, names. */
const own: Partial<Record<Kind, Partial<Record<Kind, { field: string; from: string; key: string }>>>> = {
  contact: {
    company: { field: "AccountId", from: "Contact", key: "Id" },
    deal: { field: "OpportunityId", from: "OpportunityContactRole", key: "ContactId" },
  },
  deal: {
    company: { field: "AccountId", from: "Opportunity", key: "Id" },
    contact: { field: "ContactId", from: "OpportunityContactRole", key: "OpportunityId" },
  },
  ticket: {
    company: { field: "AccountId", from: "Case", key: "Id" },
    contact: { field: "ContactId", from: "Case", key: "Id" },
  },
};

/** The condition on records of a kind to be linked with this one; undefined where Salesforce links no such two. */
export function linkedWhere(of: Ref, kind: Kind): string | undefined {
  const field = theirs[of.kind]?.[kind];
  if (field !== undefined) return soql.is(field, of.id);
  const between = own[of.kind]?.[kind];
  if (between === undefined) return undefined;
  return `Id IN (SELECT ${between.field} FROM ${between.from} WHERE ${soql.is(between.key, of.id)})`;
}
