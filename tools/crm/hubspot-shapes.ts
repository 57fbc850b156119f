import { z } from "zod";
import { wordsOfHtml } from "./html.ts";
import type { Entry, EntryKind, Kind, Owner, Pipeline, Records, Values } from "./port.ts";
import { priorities } from "./port.ts";
import { dayOf, numberOf, oneOf } from "./read-values.ts";

/** HubSpot's replies, as far as they are used; what is not named here is dropped. All property values are strings. */

const text = z.string().nullish();

export const recordShape = z.object({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()),
  createdAt: z.string(),
  updatedAt: z.string(),
});
type HubSpotRecord = z.infer<typeof recordShape>;

/** Of the reply to a write only what is needed: a wrong property would otherwise make a success unknown. */
export const writtenShape = z.object({ id: z.string(), updatedAt: z.string() });

const paging = z.object({ next: z.object({ after: z.string() }).optional() }).optional();
export const searchShape = z.object({ total: z.int(), results: z.array(recordShape), paging });
export const batchShape = z.object({ results: z.array(recordShape) });
export const linksShape = z.object({
  results: z.array(z.object({ toObjectId: z.union([z.string(), z.number()]).transform(String) })),
});

export const ownersShape = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      email: text,
      firstName: text,
      lastName: text,
      teams: z.array(z.object({ id: z.string() })).nullish(),
    }),
  ),
});

export const pipelinesShape = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      displayOrder: z.number().optional(),
      stages: z.array(
        z.object({
          id: z.string(),
          label: z.string(),
          displayOrder: z.number(),
          metadata: z.record(z.string(), z.string().nullish()).optional(),
        }),
      ),
    }),
  ),
});

/** How HubSpot calls a kind in its addresses. */
export const plurals: Record<Kind, string> = {
  contact: "contacts",
  company: "companies",
  deal: "deals",
  ticket: "tickets",
};

/** HubSpot's property for each value that can be written. */
const properties: { [K in Kind]: Record<keyof Values[K], string> } = {
  contact: {
    firstName: "firstname",
    lastName: "lastname",
    email: "email",
    phone: "phone",
    jobTitle: "jobtitle",
    ownerId: "hubspot_owner_id",
  },
  company: {
    name: "name",
    domain: "domain",
    industry: "industry",
    city: "city",
    ownerId: "hubspot_owner_id",
  },
  deal: {
    name: "dealname",
    pipelineId: "pipeline",
    stageId: "dealstage",
    amount: "amount",
    closeDate: "closedate",
    description: "description",
    ownerId: "hubspot_owner_id",
  },
  ticket: {
    name: "subject",
    pipelineId: "hs_pipeline",
    stageId: "hs_pipeline_stage",
    priority: "hs_ticket_priority",
    cause: "hs_ticket_category",
    description: "content",
    ownerId: "hubspot_owner_id",
  },
};

/** Properties asked for by name; without, HubSpot leaves most out. */
export const askedFor = (kind: Kind): string[] => [
  ...Object.values<string>(properties[kind]),
  ...(kind === "deal" ? ["deal_currency_code"] : []),
];

/** Values as HubSpot takes them: strings, days as moments, priorities in capitals. */
export function propertiesOf<K extends Kind>(kind: K, values: Values[K]): Record<string, string> {
  const names = properties[kind] as Record<string, string>;
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const name = names[key];
      if (name === undefined || value === undefined) return [];
      const written = String(value);
      if (key === "closeDate") return [[name, `${written}T00:00:00.000Z`]];
      return [[name, key === "priority" ? written.toUpperCase() : written]];
    }),
  );
}

type Given = Record<string, string | undefined>;
type Own<K extends Kind> = Omit<Records[K], "id" | "ownerId" | "createdAt" | "updatedAt">;

const readers: { [K in Kind]: (given: Given, id: string) => Own<K> } = {
  contact: (given, id) => ({
    name:
      [given["firstname"], given["lastname"]].filter(Boolean).join(" ") || given["email"] || `contact ${id}`,
    firstName: given["firstname"],
    lastName: given["lastname"],
    email: given["email"],
    phone: given["phone"],
    jobTitle: given["jobtitle"],
  }),
  company: (given, id) => ({
    name: given["name"] ?? given["domain"] ?? `company ${id}`,
    domain: given["domain"],
    industry: given["industry"],
    city: given["city"],
  }),
  deal: (given, id) => ({
    name: given["dealname"] ?? `deal ${id}`,
    pipelineId: given["pipeline"] ?? "default",
    stageId: given["dealstage"] ?? "",
    amount: numberOf(given["amount"]),
    currency: given["deal_currency_code"],
    closeDate: dayOf(given["closedate"]),
    description: given["description"],
  }),
  ticket: (given, id) => ({
    name: given["subject"] ?? `ticket ${id}`,
    description: given["content"],
    pipelineId: given["hs_pipeline"] ?? "0",
    stageId: given["hs_pipeline_stage"] ?? "",
    priority: oneOf(priorities, given["hs_ticket_priority"]?.toLowerCase()),
    cause: given["hs_ticket_category"],
  }),
};

/** A record in Steward's words; empty values are none. */
export function recordOf<K extends Kind>(kind: K, record: HubSpotRecord): Records[K] {
  const given = Object.fromEntries(
    Object.entries(record.properties).map(([name, value]) => [name, value || undefined]),
  );
  return {
    id: record.id,
    ownerId: given["hubspot_owner_id"],
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    ...readers[kind](given, record.id),
  } as Records[K];
}

/** What each kind of entry is to HubSpot: its plural, its properties, and its own association types. */
export const entryTypes: Record<
  EntryKind,
  { plural: string; properties: readonly string[]; on: Record<Kind, number> }
> = {
  note: {
    plural: "notes",
    properties: ["hs_note_body", "hs_timestamp", "hubspot_owner_id"],
    on: { contact: 202, company: 190, deal: 214, ticket: 228 },
  },
  call: {
    plural: "calls",
    properties: ["hs_call_body", "hs_timestamp", "hubspot_owner_id"],
    on: { contact: 194, company: 182, deal: 206, ticket: 220 },
  },
  task: {
    plural: "tasks",
    properties: ["hs_task_subject", "hs_task_body", "hs_task_status", "hs_timestamp", "hubspot_owner_id"],
    on: { contact: 204, company: 192, deal: 216, ticket: 230 },
  },
};

/** HubSpot's own association types of a new record with those it is about. */
export const linkTypes: Record<Kind, Partial<Record<Kind, number>>> = {
  contact: { company: 279 },
  company: { contact: 280 },
  deal: { contact: 3, company: 341, ticket: 27 },
  ticket: { contact: 16, company: 339, deal: 28 },
};

export function entryOf(kind: EntryKind, { id, properties: given, createdAt }: HubSpotRecord): Entry {
  const body = wordsOfHtml(given[`hs_${kind}_body`] ?? "");
  const subject = kind === "task" ? (given["hs_task_subject"] ?? "") : "";
  return {
    id,
    kind,
    text: [subject, body].filter((part) => part !== "").join("\n"),
    at: given["hs_timestamp"] ?? createdAt,
    done: given["hs_task_status"] === "COMPLETED",
    ownerId: given["hubspot_owner_id"] || undefined,
  };
}

/** An owner, and the teams that decide what they see. */
export interface HubSpotOwner extends Owner {
  teams: readonly string[];
}

export const ownersOf = (reply: z.infer<typeof ownersShape>): HubSpotOwner[] =>
  reply.results.map(({ id, email, firstName, lastName, teams }) => ({
    id,
    name: [firstName, lastName].filter((part) => part).join(" ") || email || `owner ${id}`,
    email: email ?? undefined,
    teams: (teams ?? []).map((team) => team.id),
  }));

export const pipelinesOf = (reply: z.infer<typeof pipelinesShape>): Pipeline[] =>
  reply.results
    .toSorted((a, b) => (a.displayOrder ?? 0) - (b.displayOrder ?? 0))
    .map(({ id, label, stages }) => ({
      id,
      label,
      stages: stages
        .toSorted((a, b) => a.displayOrder - b.displayOrder)
        .map((stage) => ({
          id: stage.id,
          label: stage.label,
          closed: stage.metadata?.["isClosed"] === "true" || stage.metadata?.["ticketState"] === "CLOSED",
          probability: numberOf(stage.metadata?.["probability"]),
        })),
    }));
