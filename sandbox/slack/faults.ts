import { z } from "zod";
import type { FaultInput } from "../http/faults.ts";

/** A fault of the Web API, in Slack's own terms. Exactly one of the kinds is given. */
const slackFault = z
  .strictObject({
    /** A Web API method, `response_url`, or `*` for any. */
    method: z.string().min(1),
    times: z.union([z.int().positive(), z.literal("all")]).optional(),
    /** How many calls pass unharmed first. */
    skip: z.int().nonnegative().optional(),
    /** Answer `{ok: false, error}`. */
    error: z.string().optional(),
    /** Answer this HTTP status, with a page instead of JSON. */
    status: z.int().min(400).max(599).optional(),
    /** Answer 429 with this Retry-After, seconds. */
    retry_after: z.int().positive().optional(),
    /** Carry out, answer so many ms later. */
    delay_ms: z.int().nonnegative().optional(),
    /**
     * `accept-then-timeout`: carry out and never answer; `accept-then-late`: answer once the caller has gone;
     * `accept-then-drop`: carry out and cut the connection; `drop`: cut it with nothing done; `accept-then-kill`,
     * `kill`: end the product's process on receipt, with or without the effect.
     */
    kind: z
      .enum([
        "accept-then-timeout",
        "accept-then-late",
        "accept-then-drop",
        "drop",
        "accept-then-kill",
        "kill",
      ])
      .optional(),
  })
  .refine(
    ({ error, status, retry_after, delay_ms, kind }) =>
      [error, status, retry_after, delay_ms, kind].filter((given) => given !== undefined).length === 1,
    "give exactly one of error, status, retry_after, delay_ms, kind",
  );

export type SlackFault = z.input<typeof slackFault>;

/** The path under which a method (or `response_url`, or `*`) is served. */
const pathOf = (method: string): string => (method === "response_url" ? "/response/*" : `/api/${method}`);

/** The shared server's form of a Slack fault. Throws a message that names what is wrong. */
export function faultOf(given: unknown): FaultInput {
  const parsed = slackFault.safeParse(given);
  if (!parsed.success) throw new Error(`not a fault: ${z.prettifyError(parsed.error)}`);
  const { method, times = 1, skip = 0, error, status, retry_after, delay_ms, kind } = parsed.data;
  const target = { path: pathOf(method), times, skip };
  if (error !== undefined) return { ...target, kind: "fail", status: 200, body: { ok: false, error } };
  if (status !== undefined) return { ...target, kind: "fail", status, html: true };
  if (delay_ms !== undefined) return { ...target, kind: "delay", ms: delay_ms };
  if (retry_after !== undefined) {
    const headers = { "retry-after": String(retry_after) };
    return { ...target, kind: "fail", status: 429, headers, body: { ok: false, error: "ratelimited" } };
  }
  switch (kind) {
    case "accept-then-timeout":
      return { ...target, kind: "hang", effect: "before" };
    case "accept-then-late":
      return { ...target, kind: "reply-after-gone" };
    case "accept-then-drop":
      return { ...target, kind: "drop", effect: "before" };
    case "accept-then-kill":
      return { ...target, kind: "kill", effect: "before" };
    case "kill":
      return { ...target, kind: "kill", effect: "never" };
    default:
      return { ...target, kind: "drop", effect: "never" };
  }
}
