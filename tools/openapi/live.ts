import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Json, JsonObject } from "../../src/core/json.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { type Api, callApi } from "./call.ts";
import type { Compiled } from "./compile.ts";
import { titleOf } from "./base-tool.ts";
import { unexpected } from "./paging.ts";
import { query } from "./query.ts";
import { furtherArgs, valuesOf, type Values } from "./values.ts";

/** The thing a write is about, as it is now. */
export interface Live {
  fields: JsonObject;
  /** Values of arguments as they are before the write. */
  before: JsonObject;
  /** Changes whenever it changed in a way that matters. */
  version: string;
}

/** Where a write has no read, nothing of its target is known. */
const unseen: Live = { fields: {}, before: {}, version: "not read" };

/** Reads the thing a write is about; never with anything that a model said beside the arguments shown. */
export async function readLive(
  api: Api,
  compiled: Compiled,
  args: JsonObject,
  context: CallContext,
): Promise<Live> {
  const { spec, read } = compiled;
  if (read === undefined || spec.read === undefined) return unseen;
  const { values } = valuesOf(compiled, args, context.callId);
  const doing = `${titleOf(compiled)}: looking at it first`;
  const call = { operation: read.operation, args: furtherArgs(read, values), effect: "read", doing } as const;
  const { body, headers } = await callApi(api, call, context);
  if (typeof body !== "object" || body === null)
    throw unexpected(api, doing, "it is no object", context.callId);
  const fields = found(body, spec.read.fields);
  const before = found(body, spec.read.before);
  return { fields, before, version: versionOf(spec.read, body, headers["etag"], { fields, before }) };
}

const found = (body: unknown, expressions: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(
    Object.entries(expressions).flatMap(([name, expression]) => {
      const value = query(body, expression);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );

function versionOf(
  read: NonNullable<Compiled["spec"]["read"]>,
  body: unknown,
  etag: string | undefined,
  seen: { fields: JsonObject; before: JsonObject },
): string {
  if (read.if_match === true && etag !== undefined) return etag;
  if (read.version !== undefined) return text(query(body, read.version));
  return `seen:${createHash("sha256")
    .update(canonicalize(seen) ?? "")
    .digest("hex")
    .slice(0, 32)}`;
}

const text = (value: Json | undefined): string =>
  typeof value === "string" ? value : value === undefined ? "none" : JSON.stringify(value);

/** Values by name, with what was read live and what stood there before. */
export function liveValues(
  compiled: Compiled,
  args: JsonObject,
  callId: string,
  live: Pick<Live, "fields" | "before">,
) {
  const before = Object.fromEntries(
    Object.entries(live.before).map(([name, value]) => [`before.${name}`, value]),
  );
  const extra: Values = { ...live.fields, ...before };
  return valuesOf(compiled, args, callId, extra);
}
