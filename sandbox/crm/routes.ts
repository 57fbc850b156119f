import { json } from "../http/reply.ts";
import type { Call, Route } from "../http/types.ts";
import { badRequest, CrmError } from "./errors.ts";
import { field, listOf, paged, propertiesOf, typeOf, type Api } from "./guard.ts";
import { parseSearch, search } from "./search.ts";
import { showAssociation, showOwner, showPipeline, showRecord } from "./show.ts";
import { API_SOURCE, type Store } from "./store.ts";
import type { CrmRecord, ObjectType } from "./types.ts";

/** Records, owners, pipelines and associations, at HubSpot's paths. */
export function crmRoutes(api: Api, searchLagMs: number): Route[] {
  const objects = "/crm/v3/objects/:type";
  return [
    api("POST", `${objects}/search`, (call, store) => {
      const type = typeOf(call, "type");
      const wanted = parseSearch(call.body);
      // New records reach HubSpot's search index late.
      const indexed = store.records.filter(
        (one) => Date.parse(one.createdAt) + searchLagMs <= store.clock.now(),
      );
      const found = search(indexed, type, wanted);
      const page = paged(found, Number(wanted.after), wanted.limit);
      const results = page.results.map((record) => showRecord(record, wanted.properties));
      return json(200, { total: found.length, ...page, results });
    }),
    api("POST", `${objects}/batch/read`, (call, store) => {
      const inputs = field(call, "inputs");
      const ids = Array.isArray(inputs) ? inputs.map((input: { id?: unknown }) => String(input.id)) : [];
      const asked = field(call, "properties");
      const names = Array.isArray(asked) ? asked.map(String) : [];
      const type = typeOf(call, "type");
      const found = store.records.filter((one) => one.type === type && ids.includes(one.id));
      return json(200, { status: "COMPLETE", results: found.map((record) => showRecord(record, names)) });
    }),
    api("GET", objects, (call, store) => {
      const type = typeOf(call, "type");
      const all = store.records.filter((one) => one.type === type);
      const page = paged(all, Number(call.query.get("after") ?? 0), Number(call.query.get("limit") ?? 10));
      return json(200, {
        ...page,
        results: page.results.map((one) => showRecord(one, listOf(call, "properties"))),
      });
    }),
    api("GET", `${objects}/:record`, (call, store) => {
      const record = recordOf(call, store);
      const shown = showRecord(record, listOf(call, "properties"), listOf(call, "propertiesWithHistory"));
      const linked = listOf(call, "associations");
      return json(200, linked.length > 0 ? { ...shown, associations: links(store, record, linked) } : shown);
    }),
    api("PATCH", `${objects}/:record`, (call, store) => {
      const record = recordOf(call, store);
      const given = propertiesOf(call);
      store.update(record, given, API_SOURCE);
      return json(200, showRecord(record, Object.keys(given)));
    }),
    api("POST", `${objects}/merge`, (call, store) => {
      const type = typeOf(call, "type");
      const [primary, other] = ["primaryObjectId", "objectIdToMerge"].map((name) => {
        const id = field(call, name);
        if (typeof id !== "string" && typeof id !== "number") throw badRequest(`${name} is required`);
        return store.get(type, String(id));
      });
      if (!primary || !other || primary === other) throw badRequest("Two different records are needed");
      store.merge(primary, other, API_SOURCE);
      return json(200, showRecord(primary, []));
    }),
    api("POST", objects, (call, store) => {
      const given = propertiesOf(call);
      const targets = associationsIn(call, store);
      const record = store.create(typeOf(call, "type"), given, API_SOURCE);
      for (const target of targets) store.associate(record, target);
      return json(201, showRecord(record, Object.keys(given)));
    }),
    api("GET", "/crm/v3/owners", (call, store) => {
      const email = call.query.get("email")?.toLowerCase();
      const found = store.owners.filter((owner) => email === undefined || owner.email === email);
      return json(200, { results: found.map(showOwner) });
    }),
    api("GET", "/crm/v3/owners/:owner", (call, store) => {
      const owner = store.owners.find((one) => one.id === call.param("owner"));
      if (!owner) throw new CrmError(404, "OBJECT_NOT_FOUND", `No owner with id ${call.param("owner")}`);
      return json(200, showOwner(owner));
    }),
    api("GET", "/crm/v3/pipelines/:type", (call, store) =>
      json(200, { results: store.pipelines[pipelineType(call)].map(showPipeline) }),
    ),
    api("GET", "/crm/v3/pipelines/:type/:pipeline", (call, store) => {
      const found = store.pipelines[pipelineType(call)].find((one) => one.id === call.param("pipeline"));
      if (!found)
        throw new CrmError(404, "OBJECT_NOT_FOUND", `No pipeline with id ${call.param("pipeline")}`);
      return json(200, showPipeline(found));
    }),
    api("GET", "/crm/v4/objects/:type/:record/associations/:toType", (call, store) => {
      const from = recordOf(call, store);
      const toType = typeOf(call, "toType");
      const found = store.associations.filter((one) => one.from === from && one.to.type === toType);
      const page = paged(found, Number(call.query.get("after") ?? 0), Number(call.query.get("limit") ?? 500));
      return json(200, { ...page, results: page.results.map(showAssociation) });
    }),
    api("PUT", "/crm/v4/objects/:type/:record/associations/default/:toType/:to", (call, store) => {
      const from = recordOf(call, store);
      const to = store.get(typeOf(call, "toType"), call.param("to"));
      const typeId = store.associate(from, to);
      const now = store.clock.iso();
      const associationSpec = { associationCategory: "HUBSPOT_DEFINED", associationTypeId: typeId };
      return json(200, {
        status: "COMPLETE",
        results: [{ from: { id: from.id }, to: { id: to.id }, associationSpec }],
        startedAt: now,
        completedAt: now,
      });
    }),
  ];
}

const recordOf = (call: Call, store: Store): CrmRecord =>
  store.get(typeOf(call, "type"), call.param("record"), call.query.get("idProperty") ?? undefined);

function pipelineType(call: Call): "deals" | "tickets" {
  const type = typeOf(call, "type");
  if (type === "deals" || type === "tickets") return type;
  throw badRequest(`Object type ${type} has no pipelines`);
}

/** The records that a new one is to be linked with, as a create names them. */
function associationsIn(call: Call, store: Store): CrmRecord[] {
  const given = field(call, "associations");
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw badRequest('Invalid input JSON: "associations" must be a list');
  return given.map((one: { to?: { id?: unknown } }) => {
    const id = String(one.to?.id);
    const found = store.records.find((record) => record.id === id);
    if (!found) throw badRequest(`No object with id ${id} to associate with`);
    return found;
  });
}

function links(store: Store, record: CrmRecord, types: readonly string[]) {
  const entries = types.map((type) => {
    const found = store.associations.filter(
      (one) => one.from === record && one.to.type === (type as ObjectType),
    );
    return [
      type,
      { results: found.map((one) => ({ id: one.to.id, type: `${record.type}_to_${type}` })) },
    ] as const;
  });
  return Object.fromEntries(entries.filter(([, { results }]) => results.length > 0));
}
