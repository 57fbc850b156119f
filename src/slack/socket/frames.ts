import { z } from "zod";

/** Why Slack wants a socket to go, or how it went: `closed` by the other side, `stale` when nothing came any more. */
export type Leaving =
  | "warning"
  | "refresh_requested"
  | "link_disabled"
  | "too_many_websockets"
  | "closed"
  | "stale";

/** A request of Slack's in its wrapping; answered by `envelope_id` within three seconds. */
export interface Envelope {
  id: string;
  /** What HTTP would carry as its body; an object, unless something is very wrong. */
  body: unknown;
  retryNum: number | undefined;
  retryReason: string | undefined;
}

/** What a socket says. */
export type Frame =
  | { kind: "hello" }
  | { kind: "disconnect"; reason: Leaving }
  | { kind: "envelope"; envelope: Envelope }
  | { kind: "unknown" };

const reasons = ["warning", "refresh_requested", "link_disabled", "too_many_websockets"] as const;
const disconnectSchema = z.object({
  type: z.literal("disconnect"),
  // A reason that is not known yet means what all mean: this socket goes.
  reason: z.enum(reasons).catch("refresh_requested"),
});
const envelopeSchema = z.object({
  envelope_id: z.string(),
  payload: z.unknown(),
  retry_attempt: z.number().optional(),
  retry_reason: z.string().optional(),
});

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads one frame. Never throws: what cannot be read is `unknown`, and Slack sends it again if it matters. */
export const readFrame = (text: string): Frame => {
  const frame = parsed(text);
  const envelope = envelopeSchema.safeParse(frame);
  if (envelope.success) {
    const { envelope_id, payload, retry_attempt, retry_reason } = envelope.data;
    const again = retry_attempt !== undefined && retry_attempt > 0;
    return {
      kind: "envelope",
      envelope: {
        id: envelope_id,
        body: payload,
        retryNum: again ? retry_attempt : undefined,
        retryReason: again ? retry_reason : undefined,
      },
    };
  }
  const disconnect = disconnectSchema.safeParse(frame);
  if (disconnect.success) return { kind: "disconnect", reason: disconnect.data.reason };
  return z.object({ type: z.literal("hello") }).safeParse(frame).success
    ? { kind: "hello" }
    : { kind: "unknown" };
};

/** The acknowledgement of an envelope; words become a message, as they do over HTTP. */
export const ackFrame = (id: string, response: unknown): string => {
  const payload = typeof response === "string" && response !== "" ? { text: response } : response;
  return JSON.stringify({
    envelope_id: id,
    ...(payload !== undefined && payload !== "" && { payload }),
  });
};
