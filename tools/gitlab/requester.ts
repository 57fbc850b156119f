import { AsyncLocalStorage } from "node:async_hooks";
import { createRequesterFn } from "@gitbeaker/requester-utils";
import type { Http } from "../../src/http/types.ts";
import { signedFor } from "../current-call.ts";

/** What one call to GitLab may take; the client has no place for it, so it travels beside the call. */
export interface Flight {
  signal: AbortSignal;
  /** Left out: a read. */
  effect?: "read" | "write";
  /** Milliseconds for one attempt. */
  deadlineMs?: number;
  /** A text (a log): read at most this many bytes, then leave. */
  textBytesMax?: number;
  /**
   * Fields of the body that go out as they are: the client rewrites every name in a body (`deployEnv` becomes
   * `deploy_env`), and names that others chose must not change.
   */
  exact?: Readonly<Record<string, unknown>>;
  /** Set when a text was cut there. */
  cut?: boolean;
  /** Set when a reply came: GitLab's own name for the request, where it gave one. */
  answered?: { reference?: string };
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

/** Signing is not the client's: an account signs at the last hop. */
const secretHeaders: ReadonlySet<string> = new Set(["authorization", "private-token", "job-token"]);

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
      const headers = Object.fromEntries(
        Object.entries(sending.headers ?? {}).filter(([name]) => !secretHeaders.has(name.toLowerCase())),
      );
      const text = flight.textBytesMax !== undefined;
      const reply = await http.request({
        system: "GitLab",
        method,
        url: `${(sending.prefixUrl ?? "").replace(/\/+$/, "")}/${endpoint}${sending.searchParams ? `?${sending.searchParams}` : ""}`,
        headers,
        ...bodyOf(sending.body, flight),
        effect,
        signal: flight.signal,
        expect: text ? "text" : "json",
        ...(flight.deadlineMs !== undefined && { deadlineMs: flight.deadlineMs }),
        ...(flight.textBytesMax !== undefined && { maxBytes: flight.textBytesMax, overflow: "cut" as const }),
        ...signedFor("gitlab"),
      });
      flight.cut = reply.cut;
      const reference = reply.headers["x-request-id"];
      flight.answered = reference !== undefined && /^[\w.-]{1,80}$/.test(reference) ? { reference } : {};
      return { status: reply.status, headers: reply.headers, body: reply.body as Record<string, unknown> };
    },
  );

const bodyOf = (body: unknown, { exact }: Flight): { body?: string } => {
  if (exact === undefined) return typeof body === "string" ? { body } : {};
  const written = typeof body === "string" ? (JSON.parse(body) as Record<string, unknown>) : {};
  return { body: JSON.stringify({ ...written, ...exact }) };
};
