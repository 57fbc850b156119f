import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { askedFor, linksShape, plurals, recordOf, searchShape } from "./hubspot-shapes.ts";
import type { Sight } from "./hubspot-sight.ts";
import type { Kind, Page, Query, Records, Ref } from "./port.ts";
import type { CallRest } from "./rest-call.ts";

/** HubSpot's most for one page of a search, and for one list of values. */
const pageMax = 200;
const listMax = 100;
/** Customers whose deals or tickets are looked at where none is called so. */
const customersMax = 5;
const linksMax = 500;

/** Ids of linked records; HubSpot's ids grow with time, so the newest come first. */
export async function linkedIds(
  call: CallRest,
  of: Ref,
  plural: string,
  context: CallContext,
): Promise<string[]> {
  const { results } = await call({
    doing: `Reading the ${plural} of ${of.kind} ${of.id}`,
    method: "GET",
    path: `/crm/v4/objects/${plurals[of.kind]}/${encodeURIComponent(of.id)}/associations/${plural}?limit=${linksMax}`,
    effect: "read",
    reply: linksShape,
    context,
  });
  const ids = [...new Set(results.map(({ toObjectId }) => toObjectId))];
  return ids.toSorted((a, b) => b.length - a.length || b.localeCompare(a));
}

/** Records by words, owner, stage and dates; what people call a customer may be the company's name alone. */
export async function findRecords<K extends Kind>(
  call: CallRest,
  kind: K,
  query: Query,
  sight: Sight,
  context: CallContext,
): Promise<Page<Records[K]>> {
  const found = await search(call, kind, query, undefined, sight, context);
  const staged = kind === "deal" || kind === "ticket";
  if (!staged || query.text === undefined || found.total > 0) return found;
  const { text, ...rest } = query;
  const customers = await customersCalled(call, text, kind === "ticket", context);
  const lists = await Promise.all(
    customers.map((customer) => linkedIds(call, customer, plurals[kind], context)),
  );
  const ids = [...new Set(lists.flat())].slice(0, listMax);
  return ids.length === 0 ? found : search(call, kind, rest, ids, sight, context);
}

/** Companies of that name; for tickets also contacts, and the companies' contacts, since those write them. */
async function customersCalled(
  call: CallRest,
  text: string,
  people: boolean,
  context: CallContext,
): Promise<Ref[]> {
  const called = async (kind: "company" | "contact"): Promise<Ref[]> => {
    const query = { text, rowsMax: customersMax };
    const { records } = await search(call, kind, query, undefined, "all", context);
    return records.map(({ id }) => ({ kind, id }));
  };
  if (!people) return called("company");
  const [companies, contacts] = await Promise.all([called("company"), called("contact")]);
  const theirs = await Promise.all(companies.map((one) => linkedIds(call, one, plurals.contact, context)));
  const ids = theirs.flat().slice(0, customersMax);
  return [...companies, ...contacts, ...ids.map((id): Ref => ({ kind: "contact", id }))];
}

async function search<K extends Kind>(
  call: CallRest,
  kind: K,
  query: Query,
  ids: readonly string[] | undefined,
  sight: Sight,
  context: CallContext,
): Promise<Page<Records[K]>> {
  const filterGroups = groupsOf(kind, query, ids, sight);
  if (filterGroups === undefined) return { records: [], total: 0, more: false };
  const records: Records[K][] = [];
  let after: string | undefined;
  let total = 0;
  do {
    const reply = await call({
      doing: `Searching ${plurals[kind]}`,
      method: "POST",
      path: `/crm/v3/objects/${plurals[kind]}/search`,
      body: {
        ...(query.text !== undefined && { query: query.text }),
        ...(filterGroups.length > 0 && { filterGroups }),
        properties: askedFor(kind),
        sorts: [sorts[kind]],
        limit: Math.min(pageMax, query.rowsMax - records.length),
        ...(after !== undefined && { after }),
      },
      effect: "read",
      reply: searchShape,
      context,
    });
    total = reply.total;
    records.push(...reply.results.map((one) => recordOf(kind, one)));
    after = reply.paging?.next?.after;
  } while (after !== undefined && records.length < query.rowsMax);
  return { records, total, more: false };
}

const sorts: Record<Kind, JsonObject> = {
  contact: { propertyName: "lastname", direction: "ASCENDING" },
  company: { propertyName: "name", direction: "ASCENDING" },
  deal: { propertyName: "closedate", direction: "ASCENDING" },
  ticket: { propertyName: "createdate", direction: "DESCENDING" },
};

/** Filters of a group hold all together, groups each for themselves; undefined where nothing can be found. */
function groupsOf(
  kind: Kind,
  query: Query,
  ids: readonly string[] | undefined,
  sight: Sight,
): { filters: JsonObject[] }[] | undefined {
  const stage = kind === "deal" ? "dealstage" : "hs_pipeline_stage";
  const at = (property: string, operator: string, moment: string | undefined) =>
    moment === undefined ? [] : [{ propertyName: property, operator, value: String(Date.parse(moment)) }];
  const filters: JsonObject[] = [
    ...(query.stageIds === undefined
      ? []
      : [{ propertyName: stage, operator: "IN", values: query.stageIds }]),
    ...(ids === undefined ? [] : [{ propertyName: "hs_object_id", operator: "IN", values: [...ids] }]),
    ...at("closedate", "GTE", query.closesFrom),
    ...at("closedate", "LTE", query.closesTo && `${query.closesTo}T23:59:59.999Z`),
    ...at("createdate", "GTE", query.createdSince),
  ];
  const owner = "hubspot_owner_id";
  if (query.ownerId !== undefined) {
    if (sight !== "all" && !sight.has(query.ownerId)) return undefined;
    return [{ filters: [...filters, { propertyName: owner, operator: "EQ", value: query.ownerId }] }];
  }
  if (sight === "all") return filters.length === 0 ? [] : [{ filters }];
  const nobodys = { filters: [...filters, { propertyName: owner, operator: "NOT_HAS_PROPERTY" }] };
  if (sight.size === 0) return [nobodys];
  return [
    { filters: [...filters, { propertyName: owner, operator: "IN", values: [...sight].slice(0, listMax) }] },
    nobodys,
  ];
}
