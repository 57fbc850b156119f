import { Agent, buildConnector, type Dispatcher } from "undici";
import { messageOf } from "../core/errors.ts";
import { readBody } from "./read-body.ts";
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
  /** Received perhaps: cut while sending or reading. */
  | { kind: "broken"; why: string }
  /** Received perhaps: the attempt's deadline passed. */
  | { kind: "late" }
  /** Received perhaps: the caller stopped it. */
  | { kind: "stopped" };

/** Milliseconds to reach a system and shake hands. */
const connectMs = 5000;

class NotConnected extends Error {}

/** Marks every failure before a connection stood, so that "not sent" is known and never guessed. */
const connect: buildConnector.connector = (options, done) => {
  buildConnector({ timeout: connectMs })(options, (...[error, socket]) => {
    if (error === null) done(null, socket);
    else done(new NotConnected(reason(error), { cause: error }), null);
  });
};

/** Connections for reads are kept; each write gets its own, so that a stale kept one is never taken for "sent". */
export interface Lines {
  read: Dispatcher;
  write: Dispatcher;
  close(): Promise<void>;
}

export function openLines(): Lines {
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
        ...request.headers,
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
    if (error instanceof NotConnected) return { kind: "not_connected", why: error.message };
    if (request.signal.aborted) return { kind: "stopped" };
    if (deadline.aborted) return { kind: "late" };
    return { kind: "broken", why: reason(error) };
  }
}

/** A network fault in a few words: its code where it has one. Addresses and causes stay out. */
function reason(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : messageOf(error).slice(0, 100);
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}
