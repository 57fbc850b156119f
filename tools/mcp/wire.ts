import type { Capability, CredentialRef } from "../../src/core/capability.ts";
import { HttpRefusedError } from "../../src/http/errors.ts";
import type { Http } from "../../src/http/types.ts";

/** How the messages of one session travel. */
export interface Wire {
  /** The server's name for people. */
  system: string;
  credential?: CredentialRef;
  /** The session sends one approved write: `tools/call` is that write, everything else only reads. */
  write?: Capability;
  deadlineMs: number;
  maxBytes: number;
}

const methodOf = (body: string): string | undefined => {
  const message: unknown = JSON.parse(body);
  const method = (message as { method?: unknown } | null)?.method;
  return typeof method === "string" ? method : undefined;
};

/** Answers of a server that a session understands; everything else of its headers stays outside. */
const passed = ["content-type", "mcp-session-id"] as const;

/**
 * The SDK's way out: each message is one request of our own client, with its allow-list, deadlines, caps and accounts.
 * A reply is read to its end; servers end the stream of an answer with the answer. Streams that stay open are refused,
 * as a server may do that offers none.
 */
export const wireFetch = (http: Http, wire: Wire): typeof fetch => {
  const send = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const method = init.method ?? "GET";
    if (method === "GET") return new Response(null, { status: 405 });
    const body = typeof init.body === "string" ? init.body : undefined;
    const writes = wire.write !== undefined && body !== undefined && methodOf(body) === "tools/call";
    try {
      const reply = await http.request({
        system: wire.system,
        method: method === "DELETE" ? "DELETE" : "POST",
        url: input instanceof Request ? input.url : String(input),
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(body !== undefined && { body }),
        effect: writes ? "write" : "read",
        ...(writes && { capability: wire.write }),
        ...(wire.credential !== undefined && { credential: wire.credential }),
        signal: init.signal ?? AbortSignal.timeout(wire.deadlineMs),
        ...{ deadlineMs: wire.deadlineMs, maxBytes: wire.maxBytes, expect: "text" as const },
      });
      const headers = passed.flatMap((name) => {
        const value = reply.headers[name];
        return value === undefined ? [] : [[name, value] as [string, string]];
      });
      const text = typeof reply.body === "string" && reply.body !== "" ? reply.body : null;
      return new Response(reply.status === 204 ? null : text, { status: reply.status, headers });
    } catch (error) {
      // Ending a session is a courtesy: servers may refuse it.
      if (method === "DELETE" && error instanceof HttpRefusedError)
        return new Response(null, { status: 405 });
      throw error;
    }
  };
  return send;
};
