import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import type { Http } from "../../src/http/types.ts";
import { makeCache } from "../cache.ts";
import { type CallHubSpot, CrmRefusedError, hubSpotCaller, type HubSpotSettings } from "./hubspot-call.ts";
import {
  batchShape,
  dealOf,
  dealProperties,
  htmlOfWords,
  linkedRecordShape,
  linksShape,
  ownersOf,
  ownersShape,
  pipelinesOf,
  pipelinesShape,
  recordShape,
  searchShape,
  wordsOfHtml,
} from "./hubspot-shapes.ts";
import type { CrmPort, Deal, DealChange, DealContext, DealQuery, Owner, Pipeline } from "./port.ts";

/** Pipelines and owners change rarely; milliseconds for which they are believed. */
const settingsKeptMs = 60_000;
/** Milliseconds for a note, which is an extra after a write. */
const noteMs = 3000;
/** HubSpot's own association type: note to deal. */
const noteToDeal = 214;
const notesShown = 3;
const linkedMax = 5;

/** The CRM port on HubSpot's API. Search lags behind writes by seconds, so nothing is confirmed by it. */
export function hubSpot(settings: HubSpotSettings, http: Http, now: () => number): CrmPort {
  const call = hubSpotCaller(settings, http);
  const pipelines = makeCache<Pipeline[]>(settingsKeptMs, now);
  const owners = makeCache<Owner[]>(settingsKeptMs, now);
  return {
    name: "HubSpot",
    findDeals: (query, signal) => findDeals(call, query, signal),
    deal: (id, signal) => readDeal(call, id, signal),
    dealContext: (id, signal) => dealContext(call, id, signal),
    pipelines: (signal) =>
      pipelines.get("deals", async () =>
        pipelinesOf(
          await read(call, "Reading the pipelines", "/crm/v3/pipelines/deals", pipelinesShape, signal),
        ),
      ),
    owners: (signal) =>
      owners.get("all", async () =>
        ownersOf(await read(call, "Reading the owners", "/crm/v3/owners/?limit=500", ownersShape, signal)),
      ),
    updateDeal: (id, change, signal) => updateDeal(call, id, change, signal),
    logNote: async (dealId, text, at, signal) => {
      await call({
        doing: "Leaving a note",
        method: "POST",
        path: "/crm/v3/objects/notes",
        body: {
          properties: { hs_note_body: htmlOfWords(text), hs_timestamp: at.toISOString() },
          associations: [
            {
              to: { id: dealId },
              types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: noteToDeal }],
            },
          ],
        },
        effect: "write",
        reply: z.unknown(),
        signal,
        deadlineMs: noteMs,
      });
    },
  };
}

const read = <S extends z.ZodType>(
  call: CallHubSpot,
  doing: string,
  path: string,
  reply: S,
  signal: AbortSignal,
) => call({ doing, method: "GET", path, effect: "read", reply, signal });

const dealPath = (id: string): string => `/crm/v3/objects/deals/${encodeURIComponent(id)}`;

async function readDeal(call: CallHubSpot, id: string, signal: AbortSignal): Promise<Deal | undefined> {
  try {
    const path = `${dealPath(id)}?properties=${dealProperties.join(",")}`;
    return dealOf(await read(call, `Reading deal ${id}`, path, recordShape, signal));
  } catch (error) {
    if (error instanceof CrmRefusedError && error.status === 404) return undefined;
    throw error;
  }
}

async function updateDeal(
  call: CallHubSpot,
  id: string,
  change: DealChange,
  signal: AbortSignal,
): Promise<Deal> {
  const properties: Record<string, string> = {
    ...(change.stageId !== undefined && { dealstage: change.stageId }),
    ...(change.amount !== undefined && { amount: String(change.amount) }),
    ...(change.closeDate !== undefined && { closedate: `${change.closeDate}T00:00:00.000Z` }),
  };
  const record = await call({
    doing: `Changing deal ${id}`,
    method: "PATCH",
    path: dealPath(id),
    body: { properties },
    effect: "write",
    reply: recordShape,
    signal,
  });
  return dealOf(record);
}

async function findDeals(
  call: CallHubSpot,
  query: DealQuery,
  signal: AbortSignal,
): Promise<{ deals: Deal[]; total: number }> {
  const found = await searchDeals(call, query, [], signal);
  if (query.text === undefined || found.total > 0) return found;
  const ids = await dealsOfCompanies(call, query.text, signal);
  if (ids.length === 0) return found;
  const { text: _, ...rest } = query;
  return searchDeals(call, rest, ids, signal);
}

async function searchDeals(call: CallHubSpot, query: DealQuery, ids: string[], signal: AbortSignal) {
  const filters: JsonObject[] = [
    ...(query.ownerId === undefined
      ? []
      : [{ propertyName: "hubspot_owner_id", operator: "EQ", value: query.ownerId }]),
    ...(query.stageIds === undefined
      ? []
      : [{ propertyName: "dealstage", operator: "IN", values: query.stageIds }]),
    ...(ids.length === 0 ? [] : [{ propertyName: "hs_object_id", operator: "IN", values: ids }]),
  ];
  const reply = await call({
    doing: "Searching deals",
    method: "POST",
    path: "/crm/v3/objects/deals/search",
    body: {
      ...(query.text !== undefined && { query: query.text }),
      ...(filters.length > 0 && { filterGroups: [{ filters }] }),
      properties: dealProperties,
      sorts: [{ propertyName: "closedate", direction: "ASCENDING" }],
      limit: query.rowsMax,
    },
    effect: "read",
    reply: searchShape,
    signal,
  });
  return { deals: reply.results.map(dealOf), total: reply.total };
}

/** Deals of the companies that are called so: people name a customer more often than a deal. */
async function dealsOfCompanies(call: CallHubSpot, text: string, signal: AbortSignal): Promise<string[]> {
  const companies = await call({
    doing: "Searching companies",
    method: "POST",
    path: "/crm/v3/objects/companies/search",
    body: { query: text, properties: ["name"], limit: linkedMax },
    effect: "read",
    reply: searchShape,
    signal,
  });
  const linked = await Promise.all(
    companies.results.map(({ id }) =>
      read(
        call,
        "Reading a company's deals",
        `/crm/v4/objects/companies/${encodeURIComponent(id)}/associations/deals?limit=100`,
        linksShape,
        signal,
      ),
    ),
  );
  return [...new Set(linked.flatMap(({ results }) => results.map(({ toObjectId }) => toObjectId)))].slice(
    0,
    100,
  );
}

async function dealContext(call: CallHubSpot, id: string, signal: AbortSignal): Promise<DealContext> {
  const path = `${dealPath(id)}?properties=dealname&associations=companies,contacts,notes`;
  const { associations } = await read(call, `Reading deal ${id}`, path, linkedRecordShape, signal);
  const named = (type: "companies" | "contacts" | "notes", properties: string[], most: number) =>
    readMany(
      call,
      type,
      (associations?.[type]?.results ?? []).map((one) => one.id).slice(0, most),
      properties,
      signal,
    );
  const [companies, contacts, notes] = await Promise.all([
    named("companies", ["name"], linkedMax),
    named("contacts", ["firstname", "lastname"], linkedMax),
    named("notes", ["hs_note_body", "hs_timestamp"], 50),
  ]);
  return {
    companies: companies.flatMap(({ properties: { name } }) => (name ? [name] : [])),
    contacts: contacts.flatMap(({ properties: { firstname, lastname } }) => {
      const name = [firstname, lastname].filter((part) => part).join(" ");
      return name === "" ? [] : [name];
    }),
    notes: notes
      .map(({ properties, createdAt }) => ({
        text: wordsOfHtml(properties["hs_note_body"] ?? ""),
        at: properties["hs_timestamp"] ?? createdAt,
      }))
      .sort((a, b) => b.at.localeCompare(a.at))
      .slice(0, notesShown),
  };
}

async function readMany(
  call: CallHubSpot,
  type: string,
  ids: string[],
  properties: string[],
  signal: AbortSignal,
): Promise<z.infer<typeof recordShape>[]> {
  if (ids.length === 0) return [];
  const unique = [...new Set(ids)];
  const { results } = await call({
    doing: `Reading ${type}`,
    method: "POST",
    path: `/crm/v3/objects/${type}/batch/read`,
    body: { inputs: unique.map((id) => ({ id })), properties },
    effect: "read",
    reply: batchShape,
    signal,
  });
  return results;
}
