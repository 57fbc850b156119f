import type { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";
import { HttpRefusedError } from "../../src/http/errors.ts";
import type { Http } from "../../src/http/types.ts";
import { signedFor } from "../current-call.ts";
import { shaped } from "../shape.ts";

/** Where HubSpot is. Accounts are named with each request and signed at the last hop. */
export interface HubSpotSettings {
  /** A trailing slash does not matter. */
  url: string;
}

/** HubSpot said no; `status` is for code, the message for people. */
export class CrmRefusedError extends TerminalError {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(`crm_${status}`, message, options);
    this.status = status;
  }
}

interface HubSpotCall<S extends z.ZodType> {
  /** For messages: `Reading deal 5001`. */
  doing: string;
  method: "GET" | "POST" | "PATCH";
  /** Below the address, encoded, with its query. */
  path: string;
  body?: Json;
  effect: "read" | "write";
  reply: S;
  signal: AbortSignal;
  deadlineMs?: number;
}

const meanings: Record<number, string> = {
  400: "HubSpot did not accept the values.",
  401: "HubSpot does not accept Steward's token. An operator renews it (HUBSPOT_TOKEN).",
  403: "Steward's private app in HubSpot lacks a scope for this. A HubSpot admin gives it.",
  404: "HubSpot knows no such record, or Steward may not see it.",
  409: "It conflicts with what is in HubSpot, so nothing was changed.",
  429: "HubSpot asks for a pause: too many requests.",
};

/** One call to HubSpot: its reply checked, unknown fields dropped, its refusal in words. */
export type CallHubSpot = <S extends z.ZodType>(call: HubSpotCall<S>) => Promise<z.infer<S>>;

export function hubSpotCaller(settings: HubSpotSettings, http: Http): CallHubSpot {
  const base = settings.url.replace(/\/+$/, "");
  return async (call) => {
    try {
      const reply = await http.request({
        system: "HubSpot",
        method: call.method,
        url: `${base}${call.path}`,
        ...(call.body !== undefined && {
          body: JSON.stringify(call.body),
          headers: { "content-type": "application/json" },
        }),
        effect: call.effect,
        signal: call.signal,
        expect: "json",
        ...signedFor("crm"),
        explain,
        ...(call.deadlineMs !== undefined && { deadlineMs: call.deadlineMs }),
      });
      return shaped(call.reply, reply.body, `${call.doing}: HubSpot's reply`, call.effect);
    } catch (error) {
      throw inWords(error, call.doing);
    }
  };
}

/** Of an error body only its message, category and correlation id: the rest may repeat what was sent. */
function explain(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { message, category, correlationId } = body as Record<string, unknown>;
  const parts = [
    ...(typeof message === "string" ? [message] : []),
    ...(typeof category === "string" ? [category] : []),
    ...(typeof correlationId === "string" ? [`reference ${correlationId}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

function inWords(error: unknown, doing: string): unknown {
  if (!(error instanceof HttpRefusedError)) return error;
  const meaning = meanings[error.status] ?? `HubSpot refused with ${error.status}.`;
  const wait = error.retryAfterSeconds === undefined ? "" : ` Try again in ${error.retryAfterSeconds} s.`;
  const detail = error.detail === "" ? "" : ` (HubSpot: ${error.detail})`;
  return new CrmRefusedError(error.status, `${doing}: ${meaning}${detail}${wait}`, { cause: error });
}
