import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { foreignPage } from "../http/control.ts";
import type { FaultBook } from "../http/faults.ts";
import { misbehave } from "../http/misbehave.ts";
import { json } from "../http/reply.ts";
import { parseBody, readBody } from "../http/request-body.ts";
import type { Reply, Call as HttpCall } from "../http/types.ts";
import { writeReply } from "../http/write-reply.ts";
import type { Call, Records } from "./records.ts";

/** What stands behind the server. */
export interface ServerParts {
  readonly faults: FaultBook;
  readonly records: Records;
  /** A call of the Web API. */
  readonly api: (
    incoming: {
      method: string;
      args: Record<string, unknown>;
      authorization: string | undefined;
      json: boolean;
    },
    call: Call,
  ) => Reply;
  /** An answer to a response URL. */
  readonly respond: (path: string, body: unknown, call: Call) => Reply;
  /** Uploads and downloads; false where a request is neither. */
  readonly files: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** A request under /control/; undefined where it writes to `response` itself. */
  readonly control: (call: HttpCall, response: ServerResponse) => Promise<Reply | undefined>;
  /** A client wants a WebSocket. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** A call was answered. */
  readonly told: () => void;
}

/** The listening part of the simulator. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

const fields = (body: unknown): Record<string, unknown> =>
  typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};

/** Listens on 127.0.0.1 and sorts requests: Web API, response URLs, control. */
export async function listen(parts: ServerParts, port: number): Promise<Listening> {
  const stop = new AbortController();

  const faulty = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    call: Call,
    effect: () => Reply,
  ) => {
    const armed = parts.faults.take(request.method ?? "GET", path);
    if (!armed) return effect();
    call.fault = armed.id;
    const answer = async () => {
      const reply = effect();
      parts.told();
      return reply;
    };
    const outcome = await misbehave(armed, { response, effect: answer, stopped: stop.signal }, parts.faults);
    if (call.result === "unanswered" && armed.fault.kind === "fail") call.result = "fault";
    if (outcome === "break") response.destroy();
    return typeof outcome === "string" ? undefined : outcome;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (await parts.files(request, response)) return parts.told();
    const url = new URL(request.url ?? "/", "http://sandbox");
    const raw = await readBody(request);
    const body = parseBody(raw, request.headers["content-type"]);
    const path = url.pathname;
    let reply: Reply | undefined;
    if (path.startsWith("/control/")) {
      if (foreignPage(request.headers)) reply = json(403, { error: "only local pages may control" });
      else reply = await parts.control(httpCall(request, url, raw, body), response);
      if (reply) await writeReply(response, reply);
      return;
    }
    const args = { ...Object.fromEntries(url.searchParams), ...fields(body) };
    const method = path.startsWith("/api/") ? path.slice("/api/".length) : "response_url";
    if (method === "response_url" && !path.startsWith("/response/")) {
      return writeReply(response, json(404, { error: `nothing at ${path}: the Web API is under /api/` }));
    }
    const call = parts.records.call(method, args);
    const isJson = request.headers["content-type"]?.includes("application/json") === true;
    const authorization = request.headers.authorization;
    reply = await faulty(request, response, path, call, () =>
      method === "response_url"
        ? parts.respond(path, body, call)
        : parts.api({ method, args, authorization, json: isJson }, call),
    );
    if (reply) {
      if (!response.destroyed) call.status = reply.status;
      await writeReply(response, reply);
    }
    parts.told();
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) response.destroy();
      else
        void writeReply(response, json(500, { ok: false, error: "internal_error", detail: String(error) }));
    });
  });
  server.on("upgrade", parts.upgrade);
  server.keepAliveTimeout = 60_000;
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      stop.abort();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A control request in the form that the shared commands take. */
const httpCall = (request: IncomingMessage, url: URL, raw: string, body: unknown): HttpCall => ({
  id: 0,
  method: request.method ?? "GET",
  path: url.pathname,
  query: url.searchParams,
  headers: request.headers,
  raw,
  body,
  param: (name) => {
    throw new Error(`the commands of this server have no part :${name}`);
  },
});
