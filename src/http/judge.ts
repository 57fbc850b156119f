import { RetryableError, TerminalError, UnknownOutcomeError } from "../core/errors.ts";
import type { Attempt } from "./attempt.ts";
import { HttpRefusedError } from "./errors.ts";
import { explainBody } from "./explain.ts";
import { retryAfterSeconds } from "./retry.ts";
import type { HttpReply, HttpRequest } from "./types.ts";

type Replied = Extract<Attempt, { kind: "reply" }>;

/** Milliseconds after which a failed read may be asked again, where the system names no time. */
const laterMs = 30_000;

const where = (request: HttpRequest): string => `${request.method} ${new URL(request.url).pathname}`;
const inMegabytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;
const sentence = (text: string): string => (text === "" ? "" : ` It said: ${text}.`);

function detailOf(request: HttpRequest, reply: Replied): string {
  return explainBody(reply.text, reply.headers["content-type"] ?? "", request.explain);
}

function refusal(request: HttpRequest, reply: Replied, now: Date): HttpRefusedError {
  return new HttpRefusedError(request.system, {
    status: reply.status,
    method: request.method,
    path: new URL(request.url).pathname,
    detail: detailOf(request, reply),
    retryAfterSeconds: retryAfterSeconds(reply.headers["retry-after"], now),
  });
}

/** What the reply of a system is worth to a read. Throws; retries were made before. */
export function judgeRead(request: HttpRequest, made: Attempt, maxBytes: number, now: Date): HttpReply {
  const { system } = request;
  switch (made.kind) {
    case "stopped":
      throw request.signal.reason;
    case "late":
      throw new RetryableError(
        "http_late",
        `${system} did not answer ${where(request)} in time. Nothing was changed; ask again in a moment.`,
        laterMs,
      );
    case "barred":
      throw barred(system, made.why);
    case "not_connected":
      throw new RetryableError(
        "http_unreachable",
        `${system} cannot be reached (${made.why}). Nothing was changed; ask again in a moment.`,
        laterMs,
      );
    case "broken":
      throw new RetryableError(
        "http_broken",
        `The connection to ${system} broke during ${where(request)} (${made.why}). Nothing was changed; ask again in a moment.`,
        laterMs,
      );
    case "reply":
      break;
  }
  if (made.status >= 300 && made.status < 400) throw redirect(request, made);
  if (made.status >= 500) {
    const asked = retryAfterSeconds(made.headers["retry-after"], now);
    throw new RetryableError(
      `http_${made.status}`,
      `${system} failed with ${made.status} on ${where(request)}.${sentence(detailOf(request, made))} Nothing was changed; ask again in a moment.`,
      asked === undefined ? laterMs : asked * 1000,
    );
  }
  if (made.status >= 400) throw refusal(request, made, now);
  if (made.over && request.overflow !== "cut") {
    throw new TerminalError(
      "http_too_large",
      `${system}'s reply to ${where(request)} is over ${inMegabytes(maxBytes)}, so it was not read. Ask for less: one project, one state, a shorter time.`,
    );
  }
  const body = bodyOf(request, made);
  if (body.kind === "json" || body.kind === "text") return replyOf(made, body.value);
  throw new TerminalError("http_not_json", notJson(request, body.kind));
}

/**
 * What the reply of a system is worth to a write, sent once. Refused by the system or surely not sent is final;
 * anything else that is no clear success is unknown.
 */
export function judgeWrite(request: HttpRequest, made: Attempt, now: Date): HttpReply {
  const { system } = request;
  const unknown = (why: string) =>
    new UnknownOutcomeError(
      "http_unknown",
      `${why} Whether ${system} carried it out is unknown; check before anything is repeated.`,
    );
  switch (made.kind) {
    case "barred":
      throw barred(system, made.why);
    case "not_connected":
      throw new TerminalError(
        "http_not_sent",
        `${system} cannot be reached (${made.why}), so nothing was sent.`,
      );
    case "stopped":
    case "late":
      throw unknown(`${system} did not answer in time.`);
    case "broken":
      throw unknown(`The connection to ${system} broke (${made.why}).`);
    case "reply":
      break;
  }
  const { status } = made;
  // A redirect after a POST (302, 303) is how many systems answer what they have done; the others ask to send elsewhere.
  if (status === 302 || status === 303)
    throw unknown(`${system} answered with a redirect, which is never followed.`);
  if (status >= 300 && status < 400) throw redirect(request, made);
  // 408 comes from a proxy that stopped waiting, perhaps after it had passed the request on.
  if (status >= 500 || status === 408)
    throw unknown(`${system} answered ${status}.${sentence(detailOf(request, made))}`);
  if (status >= 400) throw refusal(request, made, now);
  const body = made.over ? undefined : bodyOf(request, made);
  if (body?.kind === "json" || body?.kind === "text") return replyOf(made, body.value);
  throw unknown(
    body === undefined
      ? `${system}'s reply was too long to read.`
      : `${system} answered ${status} with something that is not JSON.`,
  );
}

const barred = (system: string, why: string) =>
  new TerminalError(
    "address_barred",
    `${why}, so nothing was sent to ${system}. An operator looks at the name's addresses; after a move, Steward is restarted.`,
  );

function redirect(request: HttpRequest, made: Replied): TerminalError {
  const to = made.headers["location"];
  const target = to !== undefined && URL.canParse(to, request.url) ? new URL(to, request.url) : undefined;
  return new TerminalError(
    "http_redirect",
    `${request.system} answered ${where(request)} with a redirect${target === undefined ? "" : ` to ${target.origin}${target.pathname}`}, ` +
      `which is never followed; nothing was done. A sign-in page means that the token is not accepted; ` +
      `otherwise an operator sets the configured address of ${request.system} to the final one.`,
  );
}

type Body = { kind: "json" | "text"; value: unknown } | { kind: "html" | "other" | "broken" };

function bodyOf(request: HttpRequest, made: Replied): Body {
  if (request.expect === "bytes") return { kind: "text", value: made.bytes };
  if (request.expect === "text") {
    const html = /html/i.test(made.headers["content-type"] ?? "");
    return html ? { kind: "html" } : { kind: "text", value: made.text };
  }
  if (made.text.trim() === "") return { kind: "json", value: undefined };
  const type = made.headers["content-type"] ?? "";
  if (!/\bjson\b/i.test(type)) return { kind: /html/i.test(type) ? "html" : "other" };
  try {
    return { kind: "json", value: JSON.parse(made.text) as unknown };
  } catch {
    return { kind: "broken" };
  }
}

function notJson(request: HttpRequest, kind: "html" | "other" | "broken"): string {
  const { system } = request;
  const start = `${system} answered ${where(request)}`;
  if (kind === "broken")
    return `${start} with JSON that does not parse. Ask again; if it stays so, an operator looks at ${system}.`;
  return (
    `${start} with ${kind === "html" ? "a web page" : "something else"} instead of ${request.expect === "json" ? "JSON" : "plain text"}: ` +
    `a sign-in page or a proxy stands between. An operator checks the configured address of ${system} and its token.`
  );
}

const replyOf = (made: Replied, body: unknown): HttpReply => ({
  status: made.status,
  headers: made.headers,
  body,
  cut: made.over,
});
