import { z } from "zod";
import { messageOf, UnknownOutcomeError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext } from "../../src/core/tool.ts";
import type { Http } from "../../src/http/types.ts";
import { makeCache } from "../cache.ts";
import type { CrmPort, Entry, Kind, NewEntry, Owner, Page, Query, Records, Ref, Written } from "./port.ts";
import { type CallRest, orGone, restCaller } from "./rest-call.ts";
import { anyOf, filterOf, is, isOneOf } from "./twenty-filter.ts";
import { documentShape, objects, readSchema, type TwentySchema } from "./twenty-schema.ts";
import {
  entryOf,
  fieldsOf,
  memberOf,
  noteFields,
  pageShape,
  recordOf,
  rowShape,
  writtenShape,
} from "./twenty-shapes.ts";
import { type TwentySettings, twentySystem } from "./twenty-call.ts";

/** Milliseconds for which members and the instance's own document are believed. */
const membersKeptMs = 60_000;
const schemaKeptMs = 600_000;
/** Twenty's most for one page. */
const pageMax = 60;
/** Customers whose deals or tickets are looked at where none is called so. */
const customersMax = 20;

/**
 * The CRM port on Twenty's REST interface. An instance says itself which objects and fields it has: tickets are an
 * object of one's own there. Its members all see all records, and so do they through Steward.
 */
export function twenty(settings: TwentySettings, http: Http, now: () => number): CrmPort {
  const call = restCaller(twentySystem(settings), http);
  const schemas = makeCache<TwentySchema>(schemaKeptMs, now);
  const members = makeCache<Owner[]>(membersKeptMs, now);
  const schemaFor = (context: CallContext) =>
    schemas.get("core", async () => {
      const path = "/rest/open-api/core";
      const doing = "Reading which fields there are";
      return readSchema(
        await call({ doing, method: "GET", path, effect: "read", reply: documentShape, context }),
      );
    });
  const owners = (context: CallContext) =>
    members.get("all", async () => {
      const { rows } = await list(call, "workspaceMembers", { rowsMax: 600 }, context);
      return rows.map(memberOf);
    });
  return {
    name: "Twenty",
    accountKey: undefined,
    lagMs: 500,
    isId: isUuid,
    supports: async (context) => {
      const { kinds, merges } = await schemaFor(context);
      return { kinds, merges };
    },
    // A member signs in with this very address, and an outsider's address is vouched for by somebody else.
    me: async (context) => {
      const { email, external } = context.principal;
      if (email === undefined || external) return undefined;
      return (await owners(context)).find((one) => one.email?.toLowerCase() === email.toLowerCase());
    },
    find: async (kind, query, context) => find(call, kind, query, await schemaFor(context), context),
    get: async (kind, id, context) => {
      const row = await getRow(call, kind, id, context);
      return row === undefined ? undefined : recordOf(kind, row, await schemaFor(context));
    },
    linked: async (of, kind, rowsMax, context) =>
      linked(call, of, kind, { rowsMax, schema: await schemaFor(context) }, context),
    timeline: async (of, rowsMax, context) => {
      const { targets } = await schemaFor(context);
      const both = await Promise.all([
        entries(call, "note", is(targets[of.kind], of.id), rowsMax, context),
        entries(call, "task", is(targets[of.kind], of.id), rowsMax, context),
      ]);
      return both
        .flat()
        .toSorted((a, b) => b.at.localeCompare(a.at))
        .slice(0, rowsMax);
    },
    pipelines: async (kind, context) => (await schemaFor(context)).pipelines[kind],
    owners,
    create: async (kind, values, links, context) => {
      const schema = await schemaFor(context);
      const { plural } = objects[kind];
      const body = {
        ...ownId(context),
        ...fieldsOf(kind, values, schema),
        ...linkFields(kind, links, schema),
      };
      return write(call, `Creating a ${kind}`, "POST", `/rest/${plural}`, body, context);
    },
    update: async (kind, id, values, _seen, context) => {
      const path = `/rest/${objects[kind].plural}/${encodeURIComponent(id)}`;
      const body = fieldsOf(kind, values, await schemaFor(context));
      return write(call, `Changing ${kind} ${id}`, "PATCH", path, body, context);
    },
    log: async (entry, on, context) => log(call, entry, on, await schemaFor(context), context),
    unplaced: async (callId, context) => {
      if (!isUuid(callId)) return false;
      const read = async (type: "note" | "task") =>
        orGone(
          call({
            doing: `Looking for the ${type}`,
            method: "GET",
            path: `/rest/${type}s/${callId}?depth=0`,
            effect: "read",
            reply: z.unknown(),
            context,
          }).then(() => true),
        );
      return (await Promise.all([read("note"), read("task")])).includes(true);
    },
    merge: (kind, keep, remove, context) => {
      const path = `/rest/${objects[kind].plural}/merge`;
      const body = { ids: [keep, remove], conflictPriorityIndex: 0 };
      return write(call, `Merging two ${objects[kind].plural}`, "PATCH", path, body, context);
    },
  };
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** Twenty takes the id of a new record: with the action's, the same record can never be made twice. */
const ownId = ({ callId }: CallContext): JsonObject => (isUuid(callId) ? { id: callId } : {});

/** Replies hold what was written below `createPerson`, `updatePerson` and the like. */
const writeShape = z
  .object({ data: z.record(z.string(), writtenShape) })
  .transform(({ data }, context): Written => {
    const [written] = Object.values(data);
    if (written !== undefined) return { id: written.id, updatedAt: written.updatedAt };
    context.addIssue({ code: "custom", message: "holds no record" });
    return z.NEVER;
  });

const write = (
  call: CallRest,
  doing: string,
  method: "POST" | "PATCH",
  path: string,
  body: JsonObject,
  context: CallContext,
): Promise<Written> => call({ doing, method, path, body, effect: "write", reply: writeShape, context });

interface Listing {
  filter?: string | undefined;
  order?: string;
  depth?: 0 | 1;
  rowsMax: number;
}

async function list(
  call: CallRest,
  plural: string,
  { filter, order, depth = 0, rowsMax }: Listing,
  context: CallContext,
) {
  const rows: z.infer<typeof rowShape>[] = [];
  let after: string | null | undefined;
  let total = 0;
  do {
    const query = new URLSearchParams({
      limit: String(Math.min(pageMax, rowsMax - rows.length)),
      depth: String(depth),
      ...(filter !== undefined && { filter }),
      ...(order !== undefined && { order_by: order }),
      ...(after && { starting_after: after }),
    });
    const { data, pageInfo, totalCount } = await call({
      doing: `Searching ${plural}`,
      method: "GET",
      path: `/rest/${plural}?${query.toString()}`,
      effect: "read",
      reply: pageShape(plural),
      context,
    });
    rows.push(...(data[plural] ?? []));
    total = totalCount;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : undefined;
  } while (after && rows.length < rowsMax);
  return { rows, total };
}

const orders: Partial<Record<Kind, string>> = {
  company: "name[AscNullsLast]",
  deal: "closeDate[AscNullsLast]",
  ticket: "createdAt[DescNullsLast]",
};

async function find<K extends Kind>(
  call: CallRest,
  kind: K,
  query: Query,
  schema: TwentySchema,
  context: CallContext,
): Promise<Page<Records[K]>> {
  const found = await page(call, kind, filterOf(kind, query, schema), query.rowsMax, { schema, context });
  if ((kind !== "deal" && kind !== "ticket") || query.text === undefined || found.total > 0) return found;
  const { text, ...rest } = query;
  const theirs = await ofCustomersCalled(call, kind, text, { schema, context });
  if (theirs === undefined) return found;
  return page(call, kind, filterOf(kind, rest, schema, [theirs]), query.rowsMax, { schema, context });
}

interface Means {
  schema: TwentySchema;
  context: CallContext;
}

async function page<K extends Kind>(
  call: CallRest,
  kind: K,
  filter: string | undefined,
  rowsMax: number,
  { schema, context }: Means,
): Promise<Page<Records[K]>> {
  const order = orders[kind];
  const { rows, total } = await list(
    call,
    objects[kind].plural,
    { filter, rowsMax, ...(order !== undefined && { order }) },
    context,
  );
  const records = rows.map((row) => recordOf(kind, row, schema));
  // People's names have two parts, and Twenty sorts by one field.
  if (kind === "contact") records.sort((a, b) => a.name.localeCompare(b.name));
  return { records, total, more: false };
}

/** The condition of belonging to a company, or a contact, of that name; a ticket also to one of the company's contacts. */
async function ofCustomersCalled(
  call: CallRest,
  kind: "deal" | "ticket",
  text: string,
  { schema, context }: Means,
): Promise<string | undefined> {
  const ids = async (of: "company" | "contact", filter: string | undefined): Promise<string[]> =>
    (await list(call, objects[of].plural, { filter, rowsMax: customersMax }, context)).rows.map(
      ({ id }) => id,
    );
  const { company, contact } = schema.fields[kind];
  const companies = await ids("company", filterOf("company", { text, rowsMax: 1 }, schema));
  const contacts =
    kind === "ticket" ? await ids("contact", filterOf("contact", { text, rowsMax: 1 }, schema)) : [];
  const theirs =
    kind === "ticket" && companies.length > 0 ? await ids("contact", isOneOf("companyId", companies)) : [];
  const people = [...new Set([...contacts, ...theirs])];
  return anyOf([
    company !== undefined && companies.length > 0 ? isOneOf(company, companies) : undefined,
    contact !== undefined && people.length > 0 ? isOneOf(contact, people) : undefined,
  ]);
}

async function getRow(call: CallRest, kind: Kind, id: string, context: CallContext) {
  const { plural, one } = objects[kind];
  const reading = call({
    doing: `Reading ${kind} ${id}`,
    method: "GET",
    path: `/rest/${plural}/${encodeURIComponent(id)}?depth=0`,
    effect: "read",
    reply: z.object({ data: z.object({ [one]: rowShape.nullable() }) }),
    context,
  });
  return (await orGone(reading))?.data[one] ?? undefined;
}

/** Links are fields: of the other record (a deal's company), or of this one. */
async function linked<K extends Kind>(
  call: CallRest,
  of: Ref,
  kind: K,
  { rowsMax, schema }: { rowsMax: number; schema: TwentySchema },
  context: CallContext,
): Promise<Records[K][]> {
  const theirs = fieldOf(schema, kind, of.kind);
  if (theirs !== undefined) {
    const filter = is(theirs, of.id);
    const { plural } = objects[kind];
    const { rows } = await list(
      call,
      plural,
      { filter, order: "createdAt[DescNullsLast]", rowsMax },
      context,
    );
    return rows.map((row) => recordOf(kind, row, schema));
  }
  const own = fieldOf(schema, of.kind, kind);
  if (own === undefined) return [];
  const id = (await getRow(call, of.kind, of.id, context))?.[own];
  const row = typeof id === "string" ? await getRow(call, kind, id, context) : undefined;
  return row === undefined ? [] : [recordOf(kind, row, schema)];
}

/** The field of a record that names its company or contact. */
const fieldOf = (schema: TwentySchema, of: Kind, other: Kind): string | undefined =>
  of !== other && (other === "company" || other === "contact") ? schema.fields[of][other] : undefined;

const linkFields = (kind: Kind, links: readonly Ref[], schema: TwentySchema): JsonObject =>
  Object.fromEntries(
    links.flatMap((to) => {
      const field = fieldOf(schema, kind, to.kind);
      return field === undefined ? [] : [[field, to.id]];
    }),
  );

async function entries(
  call: CallRest,
  type: "note" | "task",
  filter: string,
  rowsMax: number,
  context: CallContext,
): Promise<Entry[]> {
  const order = "createdAt[DescNullsLast]";
  const { rows } = await list(call, `${type}Targets`, { filter, order, depth: 1, rowsMax }, context);
  return rows.flatMap((row) => {
    const own = rowShape.safeParse(row[type]);
    return own.success ? [entryOf(type, own.data)] : [];
  });
}

/** Twenty takes an entry and its place in two requests. The entry without its place is said, never taken for nothing. */
async function log(
  call: CallRest,
  entry: NewEntry,
  on: Ref,
  { targets }: TwentySchema,
  context: CallContext,
): Promise<Written> {
  const type = entry.kind === "task" ? "task" : "note";
  const body = { ...ownId(context), ...wordsOf(entry) };
  const made = await write(call, `Leaving a ${entry.kind}`, "POST", `/rest/${type}s`, body, context);
  const place = { [`${type}Id`]: made.id, [targets[on.kind]]: on.id };
  try {
    await write(call, `Placing the ${entry.kind}`, "POST", `/rest/${type}Targets`, place, context);
    return made;
  } catch (error) {
    throw new UnknownOutcomeError(
      "crm_unplaced",
      `The ${entry.kind} was written in Twenty (id ${made.id}), and may not stand on its ${on.kind}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function wordsOf({ kind, text, detail, at, ownerId }: NewEntry): JsonObject {
  if (kind !== "task") return noteFields(kind, [text, detail].filter((part) => part !== "").join("\n\n"));
  return {
    title: text,
    bodyV2: { markdown: detail },
    dueAt: at.toISOString(),
    status: "TODO",
    ...(ownerId !== undefined && { assigneeId: ownerId }),
  };
}
