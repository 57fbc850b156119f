import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "./clock.ts";
import { commonCommands } from "./common-control.ts";
import { foreignPage } from "./control.ts";
import { FaultBook } from "./faults.ts";
import type { Feed } from "./feed.ts";
import { Journal, recordedHeaders, recordedQuery, type Entry } from "./journal.ts";
import { misbehave, type Outcome } from "./misbehave.ts";
import { json } from "./reply.ts";
import { parseBody, readBody } from "./request-body.ts";
import { routeTable } from "./routes.ts";
import type { AuthState, Call, Handler, Reply, Route } from "./types.ts";
import { writeReply } from "./write-reply.ts";

/** What a sandbox system tells the shared server. */
export interface SystemOptions {
  readonly routes: readonly Route[];
  /** Answers what no route fits. */
  readonly unknown: Handler;
  readonly auth: (call: Call) => AuthState;
  /** Everything a page's drawer shows. */
  readonly state: () => unknown;
  /** Back to the seed. */
  readonly reset: () => void;
  /** Commands of its own under /control/. */
  readonly commands: readonly Route[];
  readonly clock: Clock;
  readonly feed: Feed;
  /** Of 127.0.0.1; 0 or left out: a free one. */
  readonly port?: number | undefined;
  /** False: keep no record of requests (for benches). */
  readonly record?: boolean | undefined;
}

/** A running sandbox system. */
export interface SystemServer {
  /** Without a trailing slash. */
  readonly url: string;
  readonly journal: Journal;
  readonly faults: FaultBook;
  /** Back to the seed: state, time, faults and record. */
  reset(): void;
  /** Breaks open connections and stops listening. */
  close(): Promise<void>;
}

/** Starts a system on 127.0.0.1, with faults, a record of requests and a control interface. */
export async function startSystem(options: SystemOptions): Promise<SystemServer> {
  const journal = new Journal();
  const faults = new FaultBook();
  const stop = new AbortController();
  const reset = () => {
    options.clock.reset();
    faults.clear();
    journal.clear();
    options.reset();
    options.feed.publish("system.reset", {});
  };
  const find = routeTable(options.routes);
  const controls = routeTable([
    ...options.commands,
    ...commonCommands({ clock: options.clock, faults, journal, state: options.state, reset }),
  ]);
  let count = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const started = performance.now();
    const url = new URL(request.url ?? "/", "http://sandbox");
    const raw = await readBody(request);
    const method = request.method ?? "GET";
    const control = url.pathname.startsWith("/control/");
    const found = control ? controls(method, url.pathname) : find(method, url.pathname);
    const call: Call = {
      id: control ? 0 : ++count,
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      raw,
      body: parseBody(raw, request.headers["content-type"]),
      param: (name) => {
        const value = found?.params.get(name);
        if (value === undefined) throw new Error(`the route of ${url.pathname} has no part :${name}`);
        return value;
      },
    };
    if (control) return serveControl(call, found?.handle, response);
    const entry = record(call);
    response.once("close", () => finish(entry, response, started));
    const armed = faults.take(method, call.path);
    entry.fault = armed?.id;
    const effect = async () => (found?.handle ?? options.unknown)(call);
    const outcome: Outcome = armed
      ? await misbehave(armed, { response, effect, stopped: stop.signal }, faults)
      : await effect();
    if (outcome === "break" || (outcome !== "hold" && outcome.cut)) entry.end = "broken";
    if (outcome === "break") response.destroy();
    else if (outcome !== "hold") await writeReply(response, outcome);
  };

  const serveControl = async (call: Call, handle: Handler | undefined, response: ServerResponse) => {
    if (foreignPage(call.headers))
      return writeReply(response, json(403, { error: "only local pages may control" }));
    if (call.path === "/control/events") {
      const last = call.headers["last-event-id"] ?? call.query.get("after");
      return options.feed.serve(response, typeof last === "string" ? Number(last) || 0 : undefined);
    }
    const unknown: Reply = json(404, { error: `no command ${call.method} ${call.path}` });
    return writeReply(response, handle ? await handle(call) : unknown);
  };

  const record = (call: Call): Entry => {
    const entry: Entry = {
      id: call.id,
      at: options.clock.iso(),
      method: call.method,
      path: call.path,
      query: recordedQuery(call.query),
      body: call.body,
      raw: call.raw,
      headers: recordedHeaders(call.headers),
      auth: options.auth(call),
      fault: undefined,
      status: undefined,
      end: "waiting",
      ms: undefined,
    };
    if (options.record !== false) journal.add(entry);
    return entry;
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) response.destroy();
      else void writeReply(response, json(500, { message: `sandbox fault: ${String(error)}` }));
    });
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    journal,
    faults,
    reset,
    close: async () => {
      stop.abort();
      options.clock.reset();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function finish(entry: Entry, response: ServerResponse, started: number): void {
  entry.ms = Math.round(performance.now() - started);
  entry.status = response.headersSent ? response.statusCode : undefined;
  if (entry.end === "waiting") entry.end = response.writableFinished ? "replied" : "left";
}
