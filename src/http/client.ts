import { setTimeout as delay } from "node:timers/promises";
import { TerminalError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { attempt, openLines, type Attempt, type Lines } from "./attempt.ts";
import { judgeRead, judgeWrite } from "./judge.ts";
import { allowedOrigins, checkAddress } from "./origins.ts";
import { readRepeatsMax, retryAfterSeconds, waitBefore } from "./retry.ts";
import type { Http, HttpReply, HttpRequest } from "./types.ts";

/** Bytes of a reply where the caller names no cap. */
const replyBytesMax = 4 * 1024 * 1024;

/** Statuses after which a read is repeated. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface HttpOptions {
  /** Addresses that the operator configured; only their origins count. */
  allow: readonly string[];
  /** Waits before a repeat; tests give one that does not. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  now?: () => Date;
}

/** Opens the one outgoing client. Redirects are never followed and no proxy of the environment is used. */
export function createHttp(options: HttpOptions): Http {
  const allowed = allowedOrigins(options.allow);
  const lines = openLines();
  const wait = options.wait ?? ((ms, signal) => delay(ms, undefined, { signal }));
  const now = options.now ?? (() => new Date());

  async function request(request: HttpRequest): Promise<HttpReply> {
    const address = checkAddress(request.url, allowed, request.system);
    if (request.effect === "read") return read(request, address, { lines, wait, now });
    if (request.signal.aborted) {
      throw new TerminalError("http_not_sent", `Stopped before anything was sent to ${request.system}.`);
    }
    return judgeWrite(request, await attempt(request, address, lines, capsOf(request)), now());
  }
  return { request, close: () => lines.close() };
}

interface Means {
  lines: Lines;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  now: () => Date;
}

async function read(request: HttpRequest, address: URL, means: Means): Promise<HttpReply> {
  const caps = capsOf(request);
  for (let repeat = 0; ; repeat += 1) {
    request.signal.throwIfAborted();
    const made = await attempt(request, address, means.lines, caps);
    const pause = repeat < readRepeatsMax ? pauseAfter(made, repeat, means.now()) : undefined;
    if (pause === undefined) return judgeRead(request, made, caps.maxBytes, means.now());
    await means.wait(pause, request.signal);
  }
}

/** Milliseconds until the next attempt of a read; undefined where it is not repeated. A late read is not: it took its time. */
function pauseAfter(made: Attempt, repeat: number, now: Date): number | undefined {
  if (made.kind === "not_connected" || made.kind === "broken") return waitBefore(repeat, undefined);
  if (made.kind !== "reply" || !passing.has(made.status)) return undefined;
  return waitBefore(repeat, retryAfterSeconds(made.headers["retry-after"], now));
}

const capsOf = (request: HttpRequest) => ({
  deadlineMs:
    request.deadlineMs ??
    1000 * (request.effect === "read" ? limits.readRequestSeconds : limits.writeRequestSeconds),
  maxBytes: request.maxBytes ?? replyBytesMax,
});
