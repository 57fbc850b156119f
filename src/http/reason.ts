import { messageOf } from "../core/errors.ts";

/** A network fault in a few words: its code where it has one. Addresses and causes stay out. */
export function reason(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : messageOf(error).slice(0, 100);
}
