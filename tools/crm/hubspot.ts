import type { Json } from "../../src/core/json.ts";
import type { CallContext } from "../../src/core/tool.ts";
import type { Http } from "../../src/http/types.ts";
import { makeCache } from "../cache.ts";
import { type HubSpotSettings, hubSpotSystem } from "./hubspot-call.ts";
import { findRecords, linkedIds } from "./hubspot-find.ts";
import {
  askedFor,
  batchShape,
  entryOf,
  entryTypes,
  type HubSpotOwner,
  linkTypes,
  ownersOf,
  ownersShape,
  pipelinesOf,
  pipelinesShape,
  plurals,
  propertiesOf,
  recordOf,
  recordShape,
  writtenShape,
} from "./hubspot-shapes.ts";
import { isSeen, myself, sightOf } from "./hubspot-sight.ts";
import { htmlOfWords } from "./html.ts";
import type { CrmPort, Entry, EntryKind, Kind, NewEntry, Pipeline, Records, Ref, Written } from "./port.ts";
import { type CallRest, orGone, restCaller } from "./rest-call.ts";

/** Pipelines and owners change rarely; milliseconds for which they are believed. */
const settingsKeptMs = 60_000;
/** HubSpot's most in one batch. */
const batchMax = 100;

/** The CRM port on HubSpot's API. Its search lags behind writes by seconds, so nothing is confirmed by it. */
export function hubSpot(settings: HubSpotSettings, http: Http, now: () => number): CrmPort {
  const call = restCaller(hubSpotSystem(settings), http);
  const kept = {
    pipelines: makeCache<Pipeline[]>(settingsKeptMs, now),
    owners: makeCache<HubSpotOwner[]>(settingsKeptMs, now),
  };
  const owners = (context: CallContext) =>
    kept.owners.get("all", async () =>
      ownersOf(
        await call({
          ...get("Reading the owners", "/crm/v3/owners/?limit=500"),
          reply: ownersShape,
          context,
        }),
      ),
    );
  const sight = (kind: Kind, context: CallContext) => sightOf(kind, settings, owners, context);
  const seenOf = async <K extends Kind>(kind: K, records: Records[K][], context: CallContext) => {
    const seen = await sight(kind, context);
    return records.filter((one) => isSeen(seen, one));
  };
  return {
    name: "HubSpot",
    accountKey: "hubspot_owner",
    lagMs: 2000,
    isId: (text) => /^\d+$/.test(text),
    supports: () => Promise.resolve({ kinds: everyKind, merges: everyKind }),
    me: async (context) =>
      context.elsewhere.hubspot_owner === undefined ? undefined : myself(context, await owners(context)),
    find: async (kind, query, context) => findRecords(call, kind, query, await sight(kind, context), context),
    get: async (kind, id, context) => {
      const found = await readRecord(call, kind, id, context);
      return found === undefined ? undefined : (await seenOf(kind, [found], context))[0];
    },
    linked: async (of, kind, rowsMax, context) => {
      const ids = await linkedIds(call, of, plurals[kind], context);
      const found = await readMany(call, plurals[kind], ids.slice(0, rowsMax), askedFor(kind), context);
      return seenOf(
        kind,
        found.map((one) => recordOf(kind, one)),
        context,
      );
    },
    timeline: (of, rowsMax, context) => timeline(call, of, rowsMax, context),
    pipelines: (kind, context) =>
      kept.pipelines.get(kind, async () =>
        pipelinesOf(
          await call({
            ...get("Reading the pipelines", `/crm/v3/pipelines/${plurals[kind]}`),
            reply: pipelinesShape,
            context,
          }),
        ),
      ),
    owners,
    create: (kind, values, links, context) => {
      const body = { properties: propertiesOf(kind, values), associations: links.flatMap(linkFrom(kind)) };
      return write(call, `Creating a ${kind}`, "POST", `/crm/v3/objects/${plurals[kind]}`, body, context);
    },
    update: (kind, id, values, _seen, context) => {
      const body = { properties: propertiesOf(kind, values) };
      return write(call, `Changing ${kind} ${id}`, "PATCH", pathOf(kind, id), body, context);
    },
    log: (entry, on, context) => log(call, entry, on, context),
    merge: (kind, keep, remove, context) => {
      const path = `/crm/v3/objects/${plurals[kind]}/merge`;
      const body = { primaryObjectId: keep, objectIdToMerge: remove };
      return write(call, `Merging two ${plurals[kind]}`, "POST", path, body, context);
    },
  };
}

const everyKind: readonly Kind[] = ["contact", "company", "deal", "ticket"];

const get = (doing: string, path: string) => ({ doing, method: "GET", path, effect: "read" }) as const;

const pathOf = (kind: Kind, id: string): string =>
  `/crm/v3/objects/${plurals[kind]}/${encodeURIComponent(id)}`;

const write = (
  call: CallRest,
  doing: string,
  method: "POST" | "PATCH",
  path: string,
  body: Json,
  context: CallContext,
): Promise<Written> => call({ doing, method, path, body, effect: "write", reply: writtenShape, context });

const linkFrom = (kind: Kind) => (to: Ref) => {
  const associationTypeId = linkTypes[kind][to.kind];
  if (associationTypeId === undefined) return [];
  return [{ to: { id: to.id }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId }] }];
};

async function readRecord<K extends Kind>(
  call: CallRest,
  kind: K,
  id: string,
  context: CallContext,
): Promise<Records[K] | undefined> {
  const path = `${pathOf(kind, id)}?properties=${askedFor(kind).join(",")}`;
  const reading = call({ ...get(`Reading ${kind} ${id}`, path), reply: recordShape, context });
  const found = await orGone(reading);
  return found === undefined ? undefined : recordOf(kind, found);
}

async function readMany(
  call: CallRest,
  plural: string,
  ids: readonly string[],
  properties: readonly string[],
  context: CallContext,
) {
  if (ids.length === 0) return [];
  const { results } = await call({
    doing: `Reading ${plural}`,
    method: "POST",
    path: `/crm/v3/objects/${plural}/batch/read`,
    body: {
      inputs: ids.slice(0, batchMax).map((id) => ({ id })),
      properties: [...properties],
      propertiesWithHistory: [],
    },
    effect: "read",
    reply: batchShape,
    context,
  });
  // A batch comes back in any order; the ids were asked for newest first.
  return results.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
}

async function timeline(call: CallRest, of: Ref, rowsMax: number, context: CallContext): Promise<Entry[]> {
  const kinds: EntryKind[] = ["note", "call", "task"];
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const { plural, properties } = entryTypes[kind];
      const ids = await linkedIds(call, of, plural, context);
      const found = await readMany(call, plural, ids.slice(0, rowsMax), properties, context);
      return found.map((one) => entryOf(kind, one));
    }),
  );
  return lists
    .flat()
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .slice(0, rowsMax);
}

function log(call: CallRest, entry: NewEntry, on: Ref, context: CallContext) {
  const { plural, on: associations } = entryTypes[entry.kind];
  const type = { associationCategory: "HUBSPOT_DEFINED", associationTypeId: associations[on.kind] };
  const body = {
    properties: {
      ...wordsOf(entry),
      hs_timestamp: entry.at.toISOString(),
      ...(entry.ownerId !== undefined && { hubspot_owner_id: entry.ownerId }),
    },
    associations: [{ to: { id: on.id }, types: [type] }],
  };
  return write(call, `Leaving a ${entry.kind}`, "POST", `/crm/v3/objects/${plural}`, body, context);
}

function wordsOf({ kind, text, detail }: NewEntry): Record<string, string> {
  const both = htmlOfWords(`${text}\n\n${detail}`);
  if (kind === "note") return { hs_note_body: both };
  if (kind === "call") return { hs_call_title: "Call", hs_call_body: both, hs_call_status: "COMPLETED" };
  return {
    hs_task_subject: text,
    hs_task_body: htmlOfWords(detail),
    hs_task_status: "NOT_STARTED",
    hs_task_type: "TODO",
  };
}
