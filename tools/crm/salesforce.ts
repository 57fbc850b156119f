import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext } from "../../src/core/tool.ts";
import type { Http } from "../../src/http/types.ts";
import { makeCache } from "../cache.ts";
import type { CrmPort, Kind, Owner, Page, Pipeline, Query, Records, Written } from "./port.ts";
import type { CallRest } from "./rest-call.ts";
import { salesforceCaller, type SalesforceSettings } from "./salesforce-call.ts";
import { linkedWhere } from "./salesforce-links.ts";
import {
  createdShape,
  entryOf,
  fieldsAsked,
  linkFields,
  objects,
  pipelineOf,
  placeField,
  placeOf,
  recordOf,
  type Row,
  rowsShape,
  queryShape,
  stageLists,
  taskFields,
  taskOf,
  valuesOf,
} from "./salesforce-shapes.ts";
import * as soql from "./soql.ts";

const api = "/services/data/v62.0";
/** Stages and users change rarely; milliseconds for which they are believed. */
const settingsKeptMs = 60_000;
/** Salesforce's most for one question about who may see what, and how many rows are looked at in all. */
const accessMax = 200;
const lookedAtMax = 600;
const kinds: readonly Kind[] = ["contact", "company", "deal", "ticket"];

interface User extends Owner {
  username: string | undefined;
}

/**
 * The CRM port on Salesforce's REST interface, as one integration user. What the caller may see is asked of Salesforce
 * for every record (`UserRecordAccess`): its sharing rules hold, though the integration user sees more.
 */
export function salesforce(settings: SalesforceSettings, http: Http, now: () => number): CrmPort {
  const call = salesforceCaller(settings, http);
  const kept = {
    users: makeCache<User[]>(settingsKeptMs, now),
    stages: makeCache<Pipeline[]>(settingsKeptMs, now),
  };
  const users = (context: CallContext) =>
    kept.users.get("all", async () => {
      const fields = ["Id", "Name", "Email", "Username"];
      const where = ["IsActive = true", "UserType = 'Standard'"];
      const rows = await query(
        call,
        "Reading the users",
        { fields, from: "User", where, limit: 2000 },
        context,
      );
      return rows.map(userOf);
    });
  const me = async (context: CallContext): Promise<User | undefined> => {
    const { salesforce: username } = context.elsewhere;
    if (username === undefined) return undefined;
    return (await users(context)).find((one) => one.username?.toLowerCase() === username.toLowerCase());
  };
  const seen = async <T extends { id: string }>(records: T[], context: CallContext): Promise<T[]> => {
    if (records.length === 0 || context.actsAs("crm") === "person") return records;
    const user = await me(context);
    return user === undefined ? [] : visibleTo(call, user.id, records, context);
  };
  const readWhere = async <K extends Kind>(
    kind: K,
    where: string[],
    rowsMax: number,
    context: CallContext,
  ) => {
    const from = objects[kind].name;
    const wanted = { fields: fieldsAsked(kind), from, where, order: orders[kind], limit: rowsMax };
    const rows = await query(call, `Reading ${from}`, wanted, context);
    return {
      read: rows.length,
      records: await seen(
        rows.map((row) => recordOf(kind, row)),
        context,
      ),
    };
  };
  return {
    name: "Salesforce",
    accountKey: "salesforce",
    lagMs: 1000,
    isId: (given) => /^(?:001|003|006|500)[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/.test(given),
    supports: () => Promise.resolve({ kinds, merges: [] }),
    me,
    find: async (kind, wanted, context): Promise<Page<Records[typeof kind]>> => {
      const limit = Math.min(lookedAtMax, Math.max(accessMax, wanted.rowsMax));
      const { read, records } = await readWhere(kind, whereOf(kind, wanted), limit, context);
      return { records: records.slice(0, wanted.rowsMax), total: records.length, more: read === limit };
    },
    get: async (kind, id, context) => {
      if (!id.startsWith(objects[kind].prefix)) return undefined;
      return (await readWhere(kind, [soql.is("Id", id)], 1, context)).records[0];
    },
    linked: async (of, kind, rowsMax, context) => {
      const where = linkedWhere(of, kind);
      if (where === undefined) return [];
      const { records } = await readWhere(kind, [where], accessMax, context);
      return records.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, rowsMax);
    },
    timeline: async (of, rowsMax, context) => {
      const where = [soql.is(placeField(of.kind), of.id)];
      const wanted = { fields: taskFields, from: "Task", where, order: "CreatedDate DESC", limit: accessMax };
      const rows = await query(call, "Reading the activities", wanted, context);
      const entries = await seen(rows.map(entryOf), context);
      return entries.toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, rowsMax);
    },
    pipelines: (kind, context) =>
      kept.stages.get(kind, async () => {
        const { from, fields } = stageLists[kind];
        const where = kind === "deal" ? ["IsActive = true"] : [];
        const wanted = { fields, from, where, order: "SortOrder ASC", limit: 200 };
        return [pipelineOf(kind, await query(call, "Reading the stages", wanted, context))];
      }),
    owners: users,
    ...writesOf(call),
  };
}

const writesOf = (call: CallRest): Pick<CrmPort, "create" | "update" | "log" | "merge"> => ({
  create: (kind, values, links, context) => {
    const body = { ...valuesOf(kind, values), ...linkFields(kind, links) };
    return create(call, objects[kind].name, body, context);
  },
  update: async (kind, id, values, unchanged, context) => {
    await call({
      doing: `Changing ${kind} ${id}`,
      method: "PATCH",
      path: `${api}/sobjects/${objects[kind].name}/${encodeURIComponent(id)}`,
      body: valuesOf(kind, values),
      headers: { "if-unmodified-since": new Date(unchanged).toUTCString() },
      effect: "write",
      reply: z.unknown(),
      context,
    });
    return { id, updatedAt: undefined };
  },
  log: (entry, on, context) => create(call, "Task", { ...taskOf(entry), ...placeOf(on) }, context),
  merge: (kind) => {
    const why = `Salesforce cannot merge ${objects[kind].name}s over its REST interface. Somebody merges them in Salesforce itself.`;
    return Promise.reject(new TerminalError("crm_no_merge", why));
  },
});

const userOf = (row: Row): User => {
  const read = (name: string) => (typeof row[name] === "string" ? row[name] : undefined);
  return { id: row.Id, name: read("Name") ?? row.Id, email: read("Email"), username: read("Username") };
};

async function query(
  call: CallRest,
  doing: string,
  wanted: soql.Select,
  context: CallContext,
): Promise<Row[]> {
  const path = `${api}/query?q=${encodeURIComponent(soql.select(wanted))}`;
  return (await call({ doing, method: "GET", path, effect: "read", reply: rowsShape, context })).records;
}

const accessShape = queryShape.extend({
  records: z.array(z.object({ RecordId: z.string(), HasReadAccess: z.boolean() })),
});

/** Of some records those that a user may read, as Salesforce itself says. */
async function visibleTo<T extends { id: string }>(
  call: CallRest,
  user: string,
  records: T[],
  context: CallContext,
): Promise<T[]> {
  const allowed = new Set<string>();
  for (let at = 0; at < records.length; at += accessMax) {
    const ids = records.slice(at, at + accessMax).map(({ id }) => id);
    const where = [soql.is("UserId", user), soql.isOneOf("RecordId", ids)];
    const wanted = {
      fields: ["RecordId", "HasReadAccess"],
      from: "UserRecordAccess",
      where,
      limit: accessMax,
    };
    const { records: answers } = await call({
      doing: "Reading who may see what",
      method: "GET",
      path: `${api}/query?q=${encodeURIComponent(soql.select(wanted))}`,
      effect: "read",
      reply: accessShape,
      context,
    });
    for (const { RecordId, HasReadAccess } of answers) if (HasReadAccess) allowed.add(RecordId);
  }
  return records.filter(({ id }) => allowed.has(id));
}

const orders: Record<Kind, string> = {
  contact: "Name ASC",
  company: "Name ASC",
  deal: "CloseDate ASC",
  ticket: "CreatedDate DESC",
};

/** Fields in which a customer's or a record's name is looked for. */
const named: Record<Kind, readonly string[]> = {
  contact: ["Name", "Email"],
  company: ["Name", "Website"],
  deal: ["Name", "Account.Name"],
  ticket: ["Subject", "Account.Name", "Contact.Name"],
};

function whereOf(kind: Kind, wanted: Query): string[] {
  const words = (wanted.text ?? "").split(/[^\p{L}\p{N}.@_-]+/u).filter((word) => word !== "");
  return [
    ...(words.length === 0 ? [] : [soql.any(named[kind].map((field) => soql.hasWords(field, words)))]),
    ...(wanted.ownerId === undefined ? [] : [soql.is("OwnerId", wanted.ownerId)]),
    ...(wanted.stageIds === undefined
      ? []
      : [soql.isOneOf(kind === "deal" ? "StageName" : "Status", wanted.stageIds)]),
    ...(wanted.closesFrom === undefined ? [] : [`CloseDate >= ${wanted.closesFrom}`]),
    ...(wanted.closesTo === undefined ? [] : [`CloseDate <= ${wanted.closesTo}`]),
    ...(wanted.createdSince === undefined
      ? []
      : [`CreatedDate >= ${new Date(wanted.createdSince).toISOString()}`]),
  ];
}

async function create(
  call: CallRest,
  object: string,
  body: JsonObject,
  context: CallContext,
): Promise<Written> {
  const { id } = await call({
    doing: `Creating a ${object}`,
    method: "POST",
    path: `${api}/sobjects/${object}`,
    body,
    effect: "write",
    reply: createdShape,
    context,
  });
  return { id, updatedAt: undefined };
}
