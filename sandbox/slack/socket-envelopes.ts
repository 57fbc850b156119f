import type { Outgoing } from "./product-link.ts";

/** What goes over a socket: the payload that HTTP would carry, with Slack's wrapping. */
export interface Envelope {
  readonly envelope_id: string;
  readonly type: "events_api" | "slash_commands" | "interactive";
  readonly payload: unknown;
  readonly accepts_response_payload: boolean;
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
}

/** The envelope of a request as it would go over HTTP: events as JSON, the others as forms. */
export function envelopeFrom({ body, contentType, headers }: Outgoing): Omit<Envelope, "envelope_id"> {
  if (contentType === "application/json") {
    return {
      type: "events_api",
      payload: JSON.parse(body) as unknown,
      accepts_response_payload: false,
      retry_attempt: Number(headers?.["x-slack-retry-num"] ?? 0),
      retry_reason: headers?.["x-slack-retry-reason"] ?? "",
    };
  }
  const form = Object.fromEntries(new URLSearchParams(body));
  return form["payload"] === undefined
    ? { type: "slash_commands", payload: form, accepts_response_payload: true }
    : {
        type: "interactive",
        payload: JSON.parse(form["payload"]) as unknown,
        accepts_response_payload: true,
      };
}
