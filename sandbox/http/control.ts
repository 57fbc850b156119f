import { z } from "zod";
import { json } from "./reply.ts";
import type { Call, Reply, Route } from "./types.ts";

/**
 * One command of a system's control interface. The body is checked with `schema` before `run`; what `run` returns
 * is sent as JSON, what it throws as a 400 with its message.
 */
export function command<S extends z.ZodType>(
  method: string,
  path: string,
  schema: S,
  run: (input: z.infer<S>, call: Call) => unknown,
): Route {
  return { method, path: `/control/${path}`, handle: (call) => answer(call, schema, run) };
}

async function answer<S extends z.ZodType>(
  call: Call,
  schema: S,
  run: (input: z.infer<S>, call: Call) => unknown,
): Promise<Reply> {
  const parsed = schema.safeParse(call.body ?? {});
  if (!parsed.success) return json(400, { error: `${call.path}: ${z.prettifyError(parsed.error)}` });
  try {
    return json(200, (await run(parsed.data, call)) ?? { ok: true });
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** True for a browser's request from a page that is not local: such a page must not drive the sandbox. */
export function foreignPage(headers: { origin?: string | undefined; host?: string | undefined }): boolean {
  const local = (host: string) => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
  const origin = headers.origin?.replace(/^https?:\/\//, "");
  return (origin !== undefined && !local(origin)) || !local(headers.host ?? "localhost");
}
