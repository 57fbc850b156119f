import type { Json, JsonObject } from "../../src/core/json.ts";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { type Api, type ApiCall, callApi } from "./call.ts";
import type { Operation } from "./document.ts";
import type { OperationSpec } from "./file.ts";
import { query } from "./query.ts";
import type { Rows } from "./render.ts";

/** Pages that one call reads; an API that pages for ever ends here. */
const pagesMax = 5;

type Paged = Pick<OperationSpec, "items" | "total" | "paging" | "rows_max">;

/** Reads a list, page after page, until enough rows are there. */
export async function readRows(api: Api, call: ApiCall, spec: Paged, context: CallContext): Promise<Rows> {
  const rows: Json[] = [];
  let total: number | undefined;
  let place: JsonObject | undefined = firstPlace(spec);
  for (let page = 1; place !== undefined && page <= pagesMax && rows.length <= spec.rows_max; page++) {
    const { body, headers } = await callApi(api, { ...call, args: { ...call.args, ...place } }, context);
    const items = itemsOf(api, call, body, spec, context);
    rows.push(...items);
    total ??= totalOf(body, headers, spec);
    place =
      items.length === 0
        ? undefined
        : nextPlace(spec, { page, body, headers, operation: call.operation, taken: items.length });
  }
  return {
    rows: rows.slice(0, spec.rows_max),
    total,
    more: rows.length > spec.rows_max || place !== undefined,
  };
}

const sizeOf = ({ paging, rows_max }: Paged): JsonObject =>
  paging?.size === undefined ? {} : { [paging.size]: Math.min(paging.size_max, rows_max) };

const firstPlace = (spec: Paged): JsonObject => ({
  ...sizeOf(spec),
  ...(spec.paging?.style === "page" && { [spec.paging.page]: 1 }),
});

interface Seen {
  page: number;
  body: unknown;
  headers: Record<string, string>;
  operation: Operation;
  /** Rows that the page held. */
  taken: number;
}

/** Where the next page begins, by the paging that the file declares; nothing at the end. */
function nextPlace(spec: Paged, { page, body, headers, operation, taken }: Seen): JsonObject | undefined {
  const { paging } = spec;
  if (paging === undefined) return undefined;
  const size = sizeOf(spec);
  if (paging.style === "page") {
    const asked = paging.size === undefined ? undefined : size[paging.size];
    return typeof asked === "number" && taken < asked ? undefined : { ...size, [paging.page]: page + 1 };
  }
  if (paging.style === "cursor") {
    const cursor = query(body, paging.next);
    return cursor === undefined || cursor === "" || cursor === false
      ? undefined
      : { ...size, [paging.cursor]: cursor };
  }
  return linked(headers["link"] ?? "", operation);
}

/** Of a `Link` header only the query of what comes next is used: the address stays the configured one. */
function linked(header: string, operation: Operation): JsonObject | undefined {
  const [, next] = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(header) ?? [];
  if (next === undefined || !URL.canParse(next, "http://link.invalid")) return undefined;
  const known = new Set(operation.parameters.filter((one) => one.in === "query").map(({ name }) => name));
  const entries = [...new URL(next, "http://link.invalid").searchParams].filter(([name]) => known.has(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function itemsOf(
  api: Api,
  { doing }: ApiCall,
  body: unknown,
  { items }: Paged,
  { callId }: CallContext,
): Json[] {
  const found = items === undefined ? (body as Json) : query(body, items);
  if (Array.isArray(found)) return found;
  throw unexpected(api, doing, "there is no list in it", callId);
}

const totalOf = (body: unknown, headers: Record<string, string>, { total }: Paged): number | undefined => {
  const found = total === undefined ? (headers["x-total"] ?? headers["x-total-count"]) : query(body, total);
  const value = typeof found === "string" && found !== "" ? Number(found) : found;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
};

/** A reply of another shape than the file says; nothing of it is shown. */
export const unexpected = (api: Api, doing: string, what: string, callId: string): TerminalError =>
  new TerminalError(
    "unexpected_reply",
    `${doing}: ${api.title} answered something unexpected: ${what} (reference ${callId}). It may be another version; ${api.owner} or an operator looks at it.`,
  );
