import { AsyncLocalStorage } from "node:async_hooks";
import { createRequesterFn } from "@gitbeaker/requester-utils";
import type { Http } from "../../src/http/types.ts";

/** What one call to GitLab may take; the client has no place for it, so it travels beside the call. */
export interface Flight {
  signal: AbortSignal;
  /** Left out: a read. */
  effect?: "read" | "write";
  /** Milliseconds for one attempt. */
  deadlineMs?: number;
  /** A text (a log): read at most this many bytes, then leave. */
  textBytesMax?: number;
  /** Set when a text was cut there. */
  cut?: boolean;
}

export const flights = new AsyncLocalStorage<Flight>();

/** What Gitbeaker hands to a requester. */
interface Sending {
  prefixUrl?: string;
  searchParams?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

const secretHeaders = ["authorization", "private-token"] as const;

/**
 * Gitbeaker's sending replaced by ours: its own repeats writes, ignores Retry-After, follows redirects and puts the
 * token into its errors.
 */
export const requesterOn = (http: Http) =>
  createRequesterFn(
    (_, options) => Promise.resolve(options),
    async (endpoint, options) => {
      const sending = (options ?? {}) as Sending;
      const flight = flights.getStore();
      if (flight === undefined) throw new Error(`GitLab was called outside a flight: ${endpoint}`);
      const effect = flight.effect ?? "read";
      const method = (sending.method ?? "GET") as "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
      if ((method === "GET") !== (effect === "read"))
        throw new Error(`${method} in the flight of a ${effect}: ${endpoint}`);
      const headers = { ...sending.headers };
      const header = secretHeaders.find((name) => headers[name] !== undefined);
      const value = header === undefined ? undefined : headers[header];
      for (const name of secretHeaders) delete headers[name];
      const text = flight.textBytesMax !== undefined;
      const reply = await http.request({
        system: "GitLab",
        method,
        url: `${(sending.prefixUrl ?? "").replace(/\/+$/, "")}/${endpoint}${sending.searchParams ? `?${sending.searchParams}` : ""}`,
        headers,
        ...(typeof sending.body === "string" && { body: sending.body }),
        effect,
        signal: flight.signal,
        expect: text ? "text" : "json",
        ...(flight.deadlineMs !== undefined && { deadlineMs: flight.deadlineMs }),
        ...(flight.textBytesMax !== undefined && { maxBytes: flight.textBytesMax, overflow: "cut" as const }),
        ...(header !== undefined && value !== undefined && { secret: { header, value } }),
      });
      flight.cut = reply.cut;
      return { status: reply.status, headers: reply.headers, body: reply.body as Record<string, unknown> };
    },
  );
