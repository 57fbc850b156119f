import { Agent, type Dispatcher } from "undici";
import { Barred, connectorOn, NotConnected } from "./connect.ts";
import { readBody } from "./read-body.ts";
import { reason } from "./reason.ts";
import type { Resolve } from "./resolve.ts";
import type { HttpRequest, Secret } from "./types.ts";

/** How one attempt ended. Told apart by one question: could the system have received it? */
export type Attempt =
  | {
      kind: "reply";
      status: number;
      headers: Record<string, string>;
      text: string;
      bytes?: Uint8Array;
      over: boolean;
    }
  /** Surely not received: refused, unresolved, no handshake. */
  | { kind: "not_connected"; why: string }
  /** Surely not received: the host leads where nobody may call. */
  | { kind: "barred"; why: string }
  /** Received perhaps: cut while sending or reading. */
  | { kind: "broken"; why: string }
  /** Received perhaps: the attempt's deadline passed. */
  | { kind: "late" }
  /** Received perhaps: the caller stopped it. */
  | { kind: "stopped" };

/** Connections for reads are kept; each write gets its own, so that a stale kept one is never taken for "sent". */
export interface Lines {
  read: Dispatcher;
  write: Dispatcher;
  close(): Promise<void>;
}

export function openLines(resolve: Resolve | undefined): Lines {
  const connect = connectorOn(resolve);
  const read = new Agent({ connect, keepAliveTimeout: 10_000 });
  const write = new Agent({ connect, pipelining: 0 });
  return {
    read,
    write,
    close: async () => {
      await Promise.all([read.destroy(), write.destroy()]);
    },
  };
}

/** Sends once and reads the reply up to its cap. Never throws. */
export async function attempt(
  request: HttpRequest,
  address: URL,
  lines: Lines,
  limits: { deadlineMs: number; maxBytes: number },
  secret: Secret | undefined,
): Promise<Attempt> {
  const deadline = AbortSignal.timeout(limits.deadlineMs);
  try {
    const reply = await lines[request.effect].request({
      origin: address.origin,
      path: `${address.pathname}${address.search}`,
      method: request.method,
      headers: {
        accept: request.expect === "json" ? "application/json" : "text/plain, */*;q=0.5",
        "accept-encoding": "gzip",
        "user-agent": "steward",
        ...plainHeaders(request.headers),
        ...(secret && { [secret.header]: secret.value }),
      },
      body: request.body ?? null,
      signal: AbortSignal.any([request.signal, deadline]),
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const headers = flatten(reply.headers);
    const { bytes, over } = await readBody(reply.body, headers["content-encoding"], limits.maxBytes);
    const asked = request.expect === "bytes" && reply.statusCode < 300;
    const body = asked ? { text: "", bytes } : { text: new TextDecoder().decode(bytes) };
    return { kind: "reply", status: reply.statusCode, headers, ...body, over };
  } catch (error) {
    if (error instanceof Barred) return { kind: "barred", why: error.message };
    if (error instanceof NotConnected) return { kind: "not_connected", why: error.message };
    if (request.signal.aborted) return { kind: "stopped" };
    if (deadline.aborted) return { kind: "late" };
    return { kind: "broken", why: reason(error) };
  }
}

/** Headers that sign, or that say where a request belongs, are not a tool's to give. */
const ours: ReadonlySet<string> = new Set([
  ...["authorization", "proxy-authorization", "cookie", "host", "connection", "content-length"],
  ...["transfer-encoding", "accept-encoding", "expect", "upgrade"],
]);

const plainHeaders = (headers: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]): [string, string] => [name.toLowerCase(), value])
      .filter(([name]) => !ours.has(name)),
  );

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}
