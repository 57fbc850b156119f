import type { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { HttpRefusedError } from "../../src/http/errors.ts";
import type { Http } from "../../src/http/types.ts";
import { signedFor } from "../current-call.ts";
import { shaped } from "../shape.ts";

/** The CRM said no; `status` is for code, the message for people. */
export class CrmRefusedError extends TerminalError {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(`crm_${status}`, message, options);
    this.status = status;
  }
}

/** What a CRM's own API is like. */
export interface RestSystem {
  /** For people: `HubSpot`. */
  name: string;
  /** A trailing slash does not matter. */
  url: string;
  /** What its refusals mean, and what is to be done. */
  meanings: Readonly<Record<number, string>>;
  /** Its own words in an error's body; never what was sent. */
  explain(body: unknown): string | undefined;
}

interface RestCall<S extends z.ZodType> {
  /** For messages: `Reading deal 5001`. */
  doing: string;
  method: "GET" | "POST" | "PATCH";
  /** Below the address, encoded, with its query. */
  path: string;
  body?: Json;
  headers?: Record<string, string>;
  /** A search by POST is a read. */
  effect: "read" | "write";
  reply: S;
  context: CallContext;
}

/** One call to the CRM: its reply checked, unknown fields dropped, its refusal in words. */
export type CallRest = <S extends z.ZodType>(call: RestCall<S>) => Promise<z.infer<S>>;

export function restCaller(system: RestSystem, http: Http): CallRest {
  const base = system.url.replace(/\/+$/, "");
  return async (call) => {
    try {
      const reply = await http.request({
        system: system.name,
        method: call.method,
        url: `${base}${call.path}`,
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
        headers: {
          ...(call.body !== undefined && { "content-type": "application/json" }),
          ...call.headers,
        },
        effect: call.effect,
        signal: call.context.signal,
        expect: "json",
        ...signedFor("crm"),
        explain: (body) => system.explain(body),
      });
      return shaped(call.reply, reply.body, `${call.doing}: ${system.name}'s reply`, call.effect);
    } catch (error) {
      throw inWords(system, error, call.doing);
    }
  };
}

function inWords({ name, meanings }: RestSystem, error: unknown, doing: string): unknown {
  if (!(error instanceof HttpRefusedError)) return error;
  const meaning = meanings[error.status] ?? `${name} refused with ${error.status}.`;
  const wait = error.retryAfterSeconds === undefined ? "" : ` Try again in ${error.retryAfterSeconds} s.`;
  const detail = error.detail === "" ? "" : ` (${name}: ${error.detail})`;
  return new CrmRefusedError(error.status, `${doing}: ${meaning}${detail}${wait}`, { cause: error });
}

/** A record that is not there, or not for this account, is `undefined`; every other refusal is thrown. */
export async function orGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof CrmRefusedError && error.status === 404) return undefined;
    throw error;
  }
}
