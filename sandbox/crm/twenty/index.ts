import { z } from "zod";
import { Clock } from "../../http/clock.ts";
import { Feed } from "../../http/feed.ts";
import { json } from "../../http/reply.ts";
import { startSystem, type SystemServer } from "../../http/server.ts";
import type { AuthState, Call, Reply, Route } from "../../http/types.ts";
import { bad, TwentyError } from "./errors.ts";
import { parseFilter, valueAt } from "./filter.ts";
import { objectTypes, openApiDocument, type Row } from "./objects.ts";
import { TwentyWorld } from "./world.ts";

const token = "twenty-sandbox-key";

/** A running sandbox Twenty. */
export interface Twenty extends SystemServer {
  readonly token: string;
  /** Changes a row as a member does in the browser. */
  edit(object: string, id: string, values: Readonly<Record<string, unknown>>): void;
}

/** Starts a Twenty with the sandbox's story: its REST interface, an instance's own document, custom objects. */
export async function startTwenty(): Promise<Twenty> {
  const clock = new Clock();
  let world = new TwentyWorld(clock);
  const auth = (call: Call): AuthState => {
    const given = /^Bearer (.+)$/i.exec(call.headers.authorization ?? "")?.[1];
    return given === undefined ? "missing" : given === token ? "ok" : "wrong";
  };
  const route = (method: string, path: string, handle: (call: Call) => Reply): Route => ({
    method,
    path: `/rest${path}`,
    handle: (call) => {
      try {
        if (auth(call) !== "ok") throw new TwentyError(401, "UnauthorizedException", "Token invalid.");
        return handle(call);
      } catch (error) {
        if (error instanceof TwentyError) return error.reply;
        throw error;
      }
    },
  });
  const server = await startSystem({
    clock,
    feed: new Feed(() => clock.iso()),
    routes: [
      route("GET", "/open-api/core", () => json(200, openApiDocument())),
      route("PATCH", "/:plural/merge", (call) => {
        const object = objectOf(call);
        const [keep, other] = mergeShape.parse(call.body).ids.map((id) => world.get(object, id));
        if (!keep || !other || keep === other) throw bad("Two different records are needed");
        world.merge(object, keep, other);
        return json(200, { data: { [`merge${objectTypes[object]?.schema ?? ""}`]: shown(keep) } });
      }),
      route("GET", "/:plural", (call) => list(call, world)),
      route("GET", "/:plural/:id", (call) => {
        const object = objectOf(call);
        return json(200, { data: { [object]: shown(world.get(object, call.param("id"))) } });
      }),
      route("POST", "/:plural", (call) => {
        const object = objectOf(call);
        const row = world.create(object, valuesOf(call));
        return json(201, { data: { [`create${objectTypes[object]?.schema ?? ""}`]: shown(row) } });
      }),
      route("PATCH", "/:plural/:id", (call) => {
        const object = objectOf(call);
        const row = world.get(object, call.param("id"));
        world.update(row, valuesOf(call));
        return json(200, { data: { [`update${objectTypes[object]?.schema ?? ""}`]: shown(row) } });
      }),
    ],
    unknown: (call) =>
      json(404, { statusCode: 404, error: "NotFoundException", messages: [`Cannot ${call.method}`] }),
    auth,
    state: () => world.rows,
    reset: () => {
      world = new TwentyWorld(clock);
    },
    commands: [],
  });
  return { ...server, token, edit: (object, id, values) => world.update(world.get(object, id), values) };
}

const mergeShape = z.object({ ids: z.array(z.string()).length(2), conflictPriorityIndex: z.int() });

function objectOf(call: Call): string {
  const plural = call.param("plural");
  const found = Object.entries(objectTypes).find(([, type]) => type.plural === plural);
  if (found === undefined) throw bad(`object '${plural}' not found`);
  return found[0];
}

const valuesOf = ({ body }: Call): Readonly<Record<string, unknown>> => {
  if (typeof body === "object" && body !== null) return body as Readonly<Record<string, unknown>>;
  throw bad("Request body is missing");
};

const shown = (row: Row): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== "object"));

/** A page: at most 60 rows, after a cursor, with how many there are. */
function list(call: Call, world: TwentyWorld): Reply {
  const object = objectOf(call);
  const limit = Number(call.query.get("limit") ?? 60);
  if (!(limit >= 1 && limit <= 60)) throw bad(`limit=${limit} is invalid. Should be between 1 and 60`);
  const filter = call.query.get("filter");
  const test = filter === null ? () => true : parseFilter(filter);
  const found = sorted(
    world.rows.filter((row) => row.object === object && test(row)),
    call.query.get("order_by"),
  );
  const after = call.query.get("starting_after");
  const start = after === null ? 0 : found.findIndex(({ id }) => id === after) + 1;
  const page = found.slice(start, start + limit);
  const deep = call.query.get("depth") === "1";
  return json(200, {
    data: { [call.param("plural")]: page.map((row) => ({ ...shown(row), ...(deep && joined(row, world)) })) },
    pageInfo: {
      hasNextPage: start + limit < found.length,
      startCursor: page[0]?.id ?? null,
      endCursor: page.at(-1)?.id ?? null,
    },
    totalCount: found.length,
  });
}

function sorted(rows: readonly Row[], order: string | null): Row[] {
  const [, field, direction = ""] = /^([A-Za-z.]+)(?:\[(\w+)\])?$/.exec(order ?? "") ?? [];
  if (field === undefined) return [...rows];
  const sign = direction.startsWith("Desc") ? -1 : 1;
  const key = (row: Row): string => {
    const value = valueAt(row, field);
    return typeof value === "string" ? value : "\uFFFF";
  };
  return rows.toSorted((a, b) => sign * key(a).localeCompare(key(b)));
}

/** With depth 1 a row brings those it names. */
const joined = (row: Row, world: TwentyWorld): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(objectTypes[row.object]?.fields ?? {}).flatMap(([name, kind]) => {
      const id = row[name];
      if (typeof kind !== "object" || !("to" in kind) || typeof id !== "string") return [];
      return [[name.replace(/Id$/, ""), shown(world.get(kind.to, id))]];
    }),
  );
