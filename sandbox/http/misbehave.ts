import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Armed, Fault, FaultBook } from "./faults.ts";
import { html, json, text } from "./reply.ts";
import type { Reply } from "./types.ts";

/** The request that meets a fault. */
interface Victim {
  readonly response: ServerResponse;
  /** Lets the request take its effect; the reply it would have had. */
  readonly effect: () => Promise<Reply>;
  /** Aborted when the server stops. */
  readonly stopped: AbortSignal;
}

/** What to do with the connection: send this, break it, or leave it open for good. */
export type Outcome = Reply | "break" | "hold";

/** Carries out a fault on one request. */
export async function misbehave(armed: Armed, victim: Victim, book: FaultBook): Promise<Outcome> {
  const { fault } = armed;
  if ("effect" in fault && fault.effect === "before" && fault.kind !== "delay") await victim.effect();
  switch (fault.kind) {
    case "fail":
      return failure(fault);
    case "delay":
      return delayed(fault, victim);
    case "hang":
      return "hold";
    case "reply-after-gone":
      return afterGone(victim);
    case "drop":
      return "break";
    case "kill":
      await kill(fault, book);
      return "break";
    case "redirect":
      return { status: 302, headers: { location: fault.to, "content-type": "text/html" }, body: "" };
    case "huge":
      return { status: 200, headers: { "content-type": fault.type }, body: padding(armed, fault) };
    case "html":
      break;
  }
  return html(200, SIGN_IN);
}

async function delayed(fault: Fault & { kind: "delay" }, victim: Victim): Promise<Outcome> {
  const early = fault.effect === "before" ? await victim.effect() : undefined;
  try {
    await wait(fault.ms, undefined, { ref: false, signal: victim.stopped });
  } catch {
    return "break";
  }
  return early ?? victim.effect();
}

async function afterGone(victim: Victim): Promise<Outcome> {
  const reply = await victim.effect();
  if (!victim.response.closed) await once(victim.response, "close");
  return reply;
}

async function kill(fault: Fault & { kind: "kill" }, book: FaultBook): Promise<void> {
  if (fault.pid) process.kill(fault.pid, "SIGKILL");
  else if (fault.url) await fetch(fault.url, { method: "POST" });
  else await book.onKill?.();
}

function failure(fault: Fault & { kind: "fail" }): Reply {
  const plain = fault.html ? html(fault.status, errorPage(fault.status)) : undefined;
  const reply =
    fault.body === undefined
      ? (plain ?? json(fault.status, { message: `${fault.status} ${STATUS[fault.status] ?? "Error"}` }))
      : typeof fault.body === "string"
        ? fault.html
          ? html(fault.status, fault.body)
          : text(fault.status, fault.body)
        : json(fault.status, fault.body);
  return { ...reply, headers: { ...reply.headers, ...fault.headers } };
}

/** A body as long as asked, made while it is taken, so that it never stands in memory. */
async function* padding(armed: Armed, fault: Fault & { kind: "huge" }): AsyncGenerator<string> {
  const asJson = fault.type.includes("json");
  const line = asJson ? `"${"x".repeat(1021)}",` : `${"x".repeat(1023)}\n`;
  if (asJson) yield "[";
  for (armed.bytesSent = 0; armed.bytesSent < fault.bytes; armed.bytesSent += line.length * 64) {
    yield line.repeat(64);
  }
  if (asJson) yield '""]';
}

const STATUS: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

const errorPage = (status: number) =>
  `<html><head><title>${status}</title></head><body><h1>${status} ${STATUS[status] ?? "Error"}</h1><hr>proxy</body></html>`;

const SIGN_IN = `<!DOCTYPE html><html><head><title>Sign in</title></head><body>
<form action="/users/sign_in" method="post"><input name="username"><input name="password" type="password"></form>
</body></html>`;
