import type { Arguments } from "../arguments.ts";
import { SlackError } from "../slack-error.ts";
import { isTimestamp } from "../timestamps.ts";

/** One page of a list, and the cursor of the next ("" after the last). */
export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: string;
}

/** Cuts a page by `limit` and `cursor`. Cursors are opaque: they hold where the next page starts. */
export function paged<T>(all: readonly T[], args: Arguments, fallback: number): Page<T> {
  const limit = Math.min(1000, args.number("limit") || fallback);
  const start = startOf(args.optional("cursor"));
  const end = start + limit;
  return {
    items: all.slice(start, end),
    cursor: end < all.length ? Buffer.from(`next:${end}`).toString("base64") : "",
  };
}

function startOf(cursor: string | undefined): number {
  if (!cursor) return 0;
  const start = /^next:(\d+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1];
  if (start === undefined) throw new SlackError("invalid_cursor");
  return Number(start);
}

/** The span of time that a reader asked for; `includes` says whether a ts is in it. */
export function spanOf(args: Arguments): {
  includes: (ts: string) => boolean;
  oldest: string;
  latest: string | undefined;
} {
  const oldest = stamp(args.optional("oldest"), "invalid_ts_oldest") ?? "0";
  const latest = stamp(args.optional("latest"), "invalid_ts_latest");
  const inclusive = args.flag("inclusive");
  const includes = (ts: string) =>
    (Number(ts) > Number(oldest) || (inclusive && ts === oldest)) &&
    (latest === undefined || Number(ts) < Number(latest) || (inclusive && ts === latest));
  return { includes, oldest, latest };
}

function stamp(text: string | undefined, refusal: string): string | undefined {
  if (text === undefined || text === "" || text === "now") return undefined;
  if (isTimestamp(text) || /^\d+(\.\d*)?$/.test(text)) return text;
  throw new SlackError(refusal);
}
