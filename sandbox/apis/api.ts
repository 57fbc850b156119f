import { z } from "zod";
import { Clock } from "../http/clock.ts";
import { Feed } from "../http/feed.ts";
import { json } from "../http/reply.ts";
import { startSystem, type SystemServer } from "../http/server.ts";
import type { AuthState, Call, Reply, Route } from "../http/types.ts";

/** The time that a world lives by, and where it tells its changes. */
export interface Around {
  readonly clock: Clock;
  readonly feed: Feed;
}

/** Makes a route that checks the token and answers refusals in the APIs' one shape. */
type RouteMaker<W> = (method: string, path: string, handle: (call: Call, world: W) => Reply) => Route;

interface ApiParts<W, S> {
  /** The service's bearer token; null: open to everybody inside. */
  readonly token: string | null;
  readonly port?: number | undefined;
  readonly seed: (around: Around) => W;
  readonly routes: (route: RouteMaker<W>) => Route[];
  /** What the drawer shows. */
  readonly show: (world: W) => S;
  readonly commands?: (world: () => W) => Route[];
}

/** One internal API of the sandbox, at work. */
export interface SandboxApi<W, S> extends SystemServer {
  /** Empty where none is asked for. */
  readonly token: string;
  readonly clock: Clock;
  readonly feed: Feed;
  /** The world as it is, for tests that play somebody else. */
  world(): W;
  state(): S;
}

/** Stops a handler with an error in the APIs' shape: `{"code": "...", "message": "..."}`. */
export class ApiError extends Error {
  readonly reply: Reply;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.reply = json(status, { code, message });
  }
}

export const notFound = (what: string): ApiError => new ApiError(404, "not_found", `There is no ${what}.`);

/** Parts of a request, checked. Throws 422 that names the field. */
export function checked<S extends z.ZodType>(schema: S, given: unknown): z.infer<S> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApiError(422, "invalid", `${issue?.path.join(".") || "body"}: ${issue?.message ?? "is wrong"}`);
}

/** The query as an object, for `checked`; of a repeated name the last value counts. */
export const queryOf = (call: Call): Record<string, string> => Object.fromEntries(call.query);

/** One page of rows: `cursor` is where the next one begins. */
export function page<T>(rows: readonly T[], { cursor, limit }: { cursor: number; limit: number }) {
  const end = cursor + limit;
  return {
    rows: rows.slice(cursor, end),
    total: rows.length,
    next_cursor: end < rows.length ? String(end) : null,
  };
}

/** `cursor` and `limit` of a list, as the query gives them. */
export const paging = (limitMax: number) => ({
  cursor: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(limitMax).default(Math.min(20, limitMax)),
});

/** The caller's key for a request that is to have one effect however often it comes. */
export const idempotencyKey = (call: Call): string | null => {
  const key = call.headers["idempotency-key"];
  return typeof key === "string" && key !== "" ? key : null;
};

/** An entity tag for a revision. */
export const etag = (revision: number): Record<string, string> => ({ etag: `"${revision}"` });

/** Refuses with 412 where the caller saw another revision; who names none takes what comes. */
export function ifMatch(call: Call, what: string, revision: number): void {
  const wanted = call.headers["if-match"];
  if (wanted === undefined || wanted === "*" || wanted === `"${revision}"`) return;
  throw new ApiError(412, "changed", `${what} changed meanwhile: it is at revision ${revision} now.`);
}

/** Starts one API on a free port of 127.0.0.1, with seed data, faults, a record of requests and a change feed. */
export async function startApi<W, S>(parts: ApiParts<W, S>): Promise<SandboxApi<W, S>> {
  const clock = new Clock();
  const feed = new Feed(() => clock.iso());
  const around = { clock, feed };
  let world = parts.seed(around);
  const auth = (call: Call): AuthState => authOf(call, parts.token);
  const make: RouteMaker<W> = (method, path, handle) => ({
    method,
    path,
    handle: (call) => {
      try {
        authorise(auth(call));
        return handle(call, world);
      } catch (error) {
        if (error instanceof ApiError) return error.reply;
        throw error;
      }
    },
  });
  const server = await startSystem({
    clock,
    feed,
    port: parts.port,
    routes: parts.routes(make),
    unknown: (call) => notFound(`${call.method} ${call.path} here`).reply,
    auth,
    state: () => parts.show(world),
    reset: () => {
      world = parts.seed(around);
    },
    commands: parts.commands?.(() => world) ?? [],
  });
  return {
    ...server,
    token: parts.token ?? "",
    clock,
    feed,
    world: () => world,
    state: () => parts.show(world),
  };
}

function authOf(call: Call, token: string | null): AuthState {
  if (token === null) return "ok";
  const given = /^Bearer (.+)$/i.exec(call.headers.authorization ?? "")?.[1];
  return given === undefined ? "missing" : given === token ? "ok" : "wrong";
}

function authorise(state: AuthState): void {
  if (state === "ok") return;
  const message =
    state === "missing" ? "Send a bearer token." : "This token is not known here, or it was withdrawn.";
  throw new ApiError(401, "unauthorized", message);
}
