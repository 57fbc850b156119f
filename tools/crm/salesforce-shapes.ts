import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import {
  type Entry,
  type Kind,
  type NewEntry,
  type Pipeline,
  priorities,
  type Records,
  type Ref,
  type StagedKind,
  type Values,
} from "./port.ts";
import { dayOf, numberOf, oneOf } from "./read-values.ts";

/** Salesforce's replies, as far as they are used, and its objects in Steward's words. */

const rowShape = z.looseObject({ Id: z.string() });
export type Row = z.infer<typeof rowShape>;
export const queryShape = z.object({
  totalSize: z.int(),
  done: z.boolean(),
  records: z.array(z.looseObject({})),
});
export const rowsShape = queryShape.extend({ records: z.array(rowShape) });
export const createdShape = z.object({ id: z.string(), success: z.literal(true) });

/** Salesforce's object of a kind, how its ids begin, and its fields for our values. */
export const objects: {
  [K in Kind]: {
    name: string;
    prefix: string;
    fields: Record<keyof Values[K], string>;
    further: readonly string[];
  };
} = {
  contact: {
    name: "Contact",
    prefix: "003",
    fields: {
      firstName: "FirstName",
      lastName: "LastName",
      email: "Email",
      phone: "Phone",
      jobTitle: "Title",
      ownerId: "OwnerId",
    },
    further: ["Name"],
  },
  company: {
    name: "Account",
    prefix: "001",
    fields: {
      name: "Name",
      domain: "Website",
      industry: "Industry",
      city: "BillingCity",
      ownerId: "OwnerId",
    },
    further: [],
  },
  deal: {
    name: "Opportunity",
    prefix: "006",
    fields: {
      name: "Name",
      pipelineId: "",
      stageId: "StageName",
      amount: "Amount",
      closeDate: "CloseDate",
      description: "Description",
      ownerId: "OwnerId",
    },
    further: [],
  },
  ticket: {
    name: "Case",
    prefix: "500",
    fields: {
      name: "Subject",
      pipelineId: "",
      stageId: "Status",
      priority: "Priority",
      cause: "Reason",
      description: "Description",
      ownerId: "OwnerId",
    },
    further: ["CaseNumber"],
  },
};

export const fieldsAsked = (kind: Kind): string[] => [
  "Id",
  ...Object.values<string>(objects[kind].fields).filter((name) => name !== ""),
  ...objects[kind].further,
  "CreatedDate",
  "LastModifiedDate",
];

const textOf = (row: Row, name: string): string | undefined => {
  const value = row[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};
/** `2026-11-20T20:37:03.000+0000` as ISO 8601; Salesforce keeps seconds. */
const momentOf = (row: Row, name: string): string => {
  const value = textOf(row, name);
  return value === undefined ? "" : new Date(value).toISOString();
};

export function recordOf<K extends Kind>(kind: K, row: Row): Records[K] {
  const names = objects[kind].fields as Record<string, string>;
  const given = (value: string): string | undefined => textOf(row, names[value] ?? "");
  const kept = {
    id: row.Id,
    ownerId: given("ownerId"),
    createdAt: momentOf(row, "CreatedDate"),
    updatedAt: momentOf(row, "LastModifiedDate"),
  };
  const own: { [Each in Kind]: () => Omit<Records[Each], keyof typeof kept> } = {
    contact: () => ({
      name: textOf(row, "Name") ?? given("email") ?? `contact ${row.Id}`,
      firstName: given("firstName"),
      lastName: given("lastName"),
      email: given("email"),
      phone: given("phone"),
      jobTitle: given("jobTitle"),
    }),
    company: () => ({
      name: given("name") ?? `company ${row.Id}`,
      domain: given("domain")
        ?.replace(/^https?:\/\//, "")
        .replace(/\/.*$/, ""),
      industry: given("industry"),
      city: given("city"),
    }),
    deal: () => ({
      name: given("name") ?? `deal ${row.Id}`,
      pipelineId: "deal",
      stageId: given("stageId") ?? "",
      amount: numberOf(row["Amount"] as number | string | null | undefined),
      currency: undefined,
      closeDate: dayOf(given("closeDate")),
      description: given("description"),
    }),
    ticket: () => ({
      name: given("name") ?? `case ${textOf(row, "CaseNumber") ?? row.Id}`,
      description: given("description"),
      pipelineId: "ticket",
      stageId: given("stageId") ?? "",
      priority: oneOf(priorities, given("priority")?.toLowerCase()),
      cause: given("cause"),
    }),
  };
  return { ...kept, ...own[kind]() } as unknown as Records[K];
}

/** Values as Salesforce takes them: its picklists begin with a capital. */
export function valuesOf<K extends Kind>(kind: K, values: Values[K]): JsonObject {
  const names = objects[kind].fields as Record<string, string>;
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const name = names[key];
      if (name === undefined || name === "" || value === undefined) return [];
      return [[name, key === "priority" ? capital(String(value)) : (value as string | number)]];
    }),
  );
}

const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

/** The field of a new record that names what it belongs to. */
const belongs: Partial<Record<Kind, Partial<Record<Kind, string>>>> = {
  contact: { company: "AccountId" },
  deal: { company: "AccountId" },
  ticket: { company: "AccountId", contact: "ContactId" },
};

export const linkFields = (kind: Kind, links: readonly Ref[]): JsonObject =>
  Object.fromEntries(
    links.flatMap((to) => {
      const field = belongs[kind]?.[to.kind];
      return field === undefined ? [] : [[field, to.id]];
    }),
  );

const noteSubject = "Note";
const callSubject = "Call";
export const taskFields = [
  "Id",
  "Subject",
  "Description",
  "Status",
  "ActivityDate",
  "TaskSubtype",
  "OwnerId",
  "IsClosed",
  "CreatedDate",
];

/** Whom a task is with (a person) or about (anything else). */
export const placeOf = ({ kind, id }: Ref): JsonObject =>
  kind === "contact" ? { WhoId: id } : { WhatId: id };
export const placeField = (kind: Kind): string => (kind === "contact" ? "WhoId" : "WhatId");

/** Notes and calls are tasks that are done: so they stand in the activity history. */
export function taskOf({ kind, text, detail, at, ownerId }: NewEntry): JsonObject {
  const task = kind === "task";
  const words = [text, detail].filter((part) => part !== "").join("\n\n");
  return {
    Subject: task ? text : kind === "call" ? callSubject : noteSubject,
    Description: task ? detail : words,
    Status: task ? "Not Started" : "Completed",
    Priority: "Normal",
    ActivityDate: at.toISOString().slice(0, 10),
    ...(kind === "call" && { TaskSubtype: "Call" }),
    ...(ownerId !== undefined && { OwnerId: ownerId }),
  };
}

export function entryOf(row: Row): Entry {
  const subject = textOf(row, "Subject") ?? "";
  const note = subject === noteSubject && row["IsClosed"] === true;
  const kind = row["TaskSubtype"] === "Call" ? "call" : note ? "note" : "task";
  const body = textOf(row, "Description") ?? "";
  const due = textOf(row, "ActivityDate");
  return {
    id: row.Id,
    kind,
    text: [...(kind === "task" ? [subject] : []), body].filter((part) => part !== "").join("\n"),
    at: kind === "task" && due !== undefined ? `${due}T00:00:00.000Z` : momentOf(row, "CreatedDate"),
    done: kind === "task" && row["IsClosed"] === true,
    ownerId: textOf(row, "OwnerId"),
  };
}

/** Stages as Salesforce lists them: deals have one list of stages, tickets one of states. */
export const stageLists: Record<StagedKind, { from: string; fields: readonly string[]; label: string }> = {
  deal: {
    from: "OpportunityStage",
    fields: ["Id", "ApiName", "MasterLabel", "IsClosed", "DefaultProbability"],
    label: "Opportunities",
  },
  ticket: { from: "CaseStatus", fields: ["Id", "ApiName", "MasterLabel", "IsClosed"], label: "Cases" },
};

export const pipelineOf = (kind: StagedKind, rows: readonly Row[]): Pipeline => ({
  id: kind,
  label: stageLists[kind].label,
  stages: rows.map((row) => {
    const percent = numberOf(row["DefaultProbability"] as number | null | undefined);
    return {
      id: textOf(row, "ApiName") ?? "",
      label: textOf(row, "MasterLabel") ?? "",
      closed: row["IsClosed"] === true,
      probability: percent === undefined ? undefined : percent / 100,
    };
  }),
});
