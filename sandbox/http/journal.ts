import type { IncomingHttpHeaders } from "node:http";
import { matcher, type RequestMatch } from "./match.ts";
import type { AuthState } from "./types.ts";

/** A request that a sandbox system received, and what became of it. */
export interface Entry {
  readonly id: number;
  /** ISO 8601, the system's own clock, at receipt. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly body: unknown;
  /** The body exactly as received. */
  readonly raw: string;
  /** Without credentials: those say `(hidden)`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly auth: AuthState;
  /** The fault that this request met, if any. */
  fault: string | undefined;
  /** The status that was sent; undefined while nothing was. */
  status: number | undefined;
  /** `waiting`: no end yet; `left`: the caller went away first; `broken`: this side broke the connection. */
  end: "waiting" | "replied" | "left" | "broken";
  /** Milliseconds from receipt to the end. */
  ms: number | undefined;
}

const KEPT = 20_000;
const SECRET_HEADERS = new Set([
  "authorization",
  "private-token",
  "job-token",
  "proxy-authorization",
  "cookie",
  "x-api-key",
]);
const SECRET_QUERY = new Set(["private_token", "access_token", "job_token", "hapikey"]);

/** The record of everything a system received. */
export class Journal {
  #entries: Entry[] = [];
  #readers: (() => void)[] = [];

  add(entry: Entry): void {
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#entries.shift();
    for (const look of this.#readers) look();
  }

  /** What was received, oldest first. */
  list(match: RequestMatch = {}): readonly Entry[] {
    const fits = matcher(match);
    return this.#entries.filter((entry) => fits(entry.method, entry.path));
  }

  /** Resolves with the matching requests as soon as there are `count` of them; rejects after `seconds`. */
  async waitFor(match: RequestMatch, count = 1, seconds = 10): Promise<readonly Entry[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Entry[]>();
    const look = () => {
      const found = this.list(match);
      if (found.length >= count) resolve(found);
    };
    const timer = setTimeout(() => {
      const seen = this.list().map((entry) => `${entry.method} ${entry.path}`);
      const wanted = `${match.method ?? "any method"} ${String(match.path ?? "any path")}`;
      reject(
        new Error(`waited ${seconds} s for ${count} of ${wanted}; received: ${seen.join(", ") || "nothing"}`),
      );
    }, seconds * 1000);
    this.#readers.push(look);
    look();
    return promise.finally(() => {
      clearTimeout(timer);
      this.#readers = this.#readers.filter((reader) => reader !== look);
    });
  }

  clear(): void {
    this.#entries = [];
  }
}

/** Headers as recorded: names in lower case, credentials hidden. */
export function recordedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, SECRET_HEADERS.has(name) ? "(hidden)" : String(value)]],
  );
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** Query as recorded: repeated names become lists, credentials are hidden. */
export function recordedQuery(query: URLSearchParams): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    record[name] = SECRET_QUERY.has(name) ? "(hidden)" : values.length > 1 ? values : (values[0] ?? "");
  }
  return record;
}
