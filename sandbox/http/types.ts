import type { IncomingHttpHeaders } from "node:http";

/** One request as a sandbox system's handler sees it. */
export interface Call {
  /** Counts from 1 for each server; the journal's id of this request. */
  readonly id: number;
  readonly method: string;
  /** The path as sent, still percent-encoded: GitLab tells `group%2Fproject` from `group/project`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Parsed by content type: JSON value, form fields, or the text itself; undefined without a body. */
  readonly body: unknown;
  /** The body exactly as received. */
  readonly raw: string;
  /** A `:name` of the route, decoded. Throws when the route has no such part. */
  param(name: string): string;
}

/** What a handler answers. A stream is written piece by piece; `cut` ends it by breaking the connection. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncIterable<string>;
  readonly cut?: boolean;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

/** `path` is a pattern: `:name` matches one segment, percent-encoded slashes included. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly handle: Handler;
}

/** What the credentials of a request were worth. The credentials themselves are never recorded. */
export type AuthState = "ok" | "missing" | "wrong";
