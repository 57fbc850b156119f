import { setTimeout as delay } from "node:timers/promises";
import { credentialName } from "../core/capability.ts";
import { TerminalError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { attempt, openLines, type Attempt } from "./attempt.ts";
import { judgeRead, judgeWrite } from "./judge.ts";
import { allowedOrigins, checkAddress } from "./origins.ts";
import type { Resolve } from "./resolve.ts";
import { readRepeatsMax, retryAfterSeconds, waitBefore } from "./retry.ts";
import { scrubbed, without } from "./scrub.ts";
import { signatureFor } from "./sign.ts";
import type { Credentials, Http, HttpReply, HttpRequest, Secret, WriteGuard } from "./types.ts";

/** Bytes of a reply where the caller names no cap. */
const replyBytesMax = 4 * 1024 * 1024;

/** Statuses after which a read is repeated: too many requests, and faults of the system that may pass. */
const passes = (status: number): boolean =>
  status === 429 || (status >= 500 && status !== 501 && status !== 505);

export interface HttpOptions {
  /** Addresses that the operator configured; only their origins count. */
  allow: readonly string[];
  /** Signs requests that name an account; without it, none can. */
  credentials?: Credentials;
  /**
   * What a write must show: the executor's capability. `"steward's own"` is for deliveries of Steward itself to Slack;
   * no such client is given to a tool.
   */
  writes: WriteGuard | "steward's own";
  /** Looks names up; the system's own way by default. */
  resolve?: Resolve;
  /** Waits before a repeat; tests give one that does not. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  now?: () => Date;
}

/** Opens the one outgoing client. Redirects are never followed and no proxy of the environment is used. */
export function createHttp(options: HttpOptions): Http {
  const allowed = allowedOrigins(options.allow);
  const lines = openLines(options.resolve);
  const wait = options.wait ?? ((ms, signal) => delay(ms, undefined, { signal }));
  const now = options.now ?? (() => new Date());

  async function request(request: HttpRequest): Promise<HttpReply> {
    const address = checkAddress(request.url, allowed, request.system);
    if (request.effect === "read") {
      mayRead(request);
      return read(request, send(request, address), { wait, now });
    }
    mayWrite(request, options.writes);
    return judgeWrite(told(request), await send(request, address)(), now());
  }

  const send =
    (request: HttpRequest, address: URL, again = false) =>
    async (): Promise<Attempt> => {
      const anew = again ? undefined : send(request, address, true);
      const secret = await signatureFor(request, address, options.credentials);
      if (request.effect === "write") {
        // Looked at again: fetching a person's token may have taken long.
        mayWrite(request, options.writes);
        if (request.signal.aborted) {
          throw new TerminalError("http_not_sent", `Stopped before anything was sent to ${request.system}.`);
        }
      }
      const secrets = [...(secret === undefined ? [] : [secret.value]), ...(request.hides ?? [])];
      const made = scrubbed(await attempt(request, address, lines, capsOf(request), secret), secrets);
      return unknownAccount(request, made, secret, anew);
    };

  /** The system no longer knows the account's secret. A read is made once more with what the account has then. */
  const unknownAccount = async (
    request: HttpRequest,
    made: Attempt,
    secret: Secret | undefined,
    anew: (() => Promise<Attempt>) | undefined,
  ): Promise<Attempt> => {
    const { credential } = request;
    const refused = options.credentials?.refused;
    if (made.kind !== "reply" || made.status !== 401 || secret === undefined) return made;
    if (credential === undefined || credential.as === "service" || refused === undefined) return made;
    // Whatever becomes of noting it down: the system said no, and that is what is told.
    await refused(credential, secret).catch(() => undefined);
    return request.effect === "read" && anew !== undefined ? anew() : made;
  };
  return { request, close: () => lines.close() };
}

/** Methods whose very meaning is a change: no reading is done by them. */
const changing: ReadonlySet<HttpRequest["method"]> = new Set(["PUT", "PATCH", "DELETE"]);

/** Throws where a request calls itself a read and is none; a search by POST is the tool's word, held by its review. */
function mayRead({ method, system }: HttpRequest): void {
  if (!changing.has(method)) return;
  throw new TerminalError(
    "no_capability",
    `A ${method} to ${system} was refused before anything was sent: it calls itself a read, and none is done that way.`,
  );
}

/** The request as errors may speak of it. */
const told = (request: HttpRequest): HttpRequest =>
  request.hides === undefined ? request : { ...request, url: without(request.hides)(request.url) };

/** Throws unless the write is the one that the executor is making now. */
function mayWrite(request: HttpRequest, guard: HttpOptions["writes"]): void {
  if (guard === "steward's own") return;
  const credential = request.credential === undefined ? "no account" : credentialName(request.credential);
  const why = guard(request.capability, credential);
  if (why === undefined) return;
  throw new TerminalError(
    "no_capability",
    `A write to ${request.system} was refused before anything was sent: ${why}.`,
  );
}

interface Means {
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  now: () => Date;
}

async function read(request: HttpRequest, send: () => Promise<Attempt>, means: Means): Promise<HttpReply> {
  const caps = capsOf(request);
  for (let repeat = 0; ; repeat += 1) {
    request.signal.throwIfAborted();
    const made = await send();
    const pause = repeat < readRepeatsMax ? pauseAfter(made, repeat, means.now()) : undefined;
    if (pause === undefined) return judgeRead(told(request), made, caps.maxBytes, means.now());
    await means.wait(pause, request.signal);
  }
}

/** Milliseconds until the next attempt of a read; undefined where it is not repeated. A late read is not: it took its time. */
function pauseAfter(made: Attempt, repeat: number, now: Date): number | undefined {
  if (made.kind === "not_connected" || made.kind === "broken") return waitBefore(repeat, undefined);
  if (made.kind !== "reply" || !passes(made.status)) return undefined;
  return waitBefore(repeat, retryAfterSeconds(made.headers["retry-after"], now));
}

const capsOf = (request: HttpRequest) => ({
  deadlineMs:
    request.deadlineMs ??
    1000 * (request.effect === "read" ? limits.readRequestSeconds : limits.writeRequestSeconds),
  maxBytes: request.maxBytes ?? replyBytesMax,
});
