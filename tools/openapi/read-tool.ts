import type { Json, JsonObject } from "../../src/core/json.ts";
import type { CallContext, ReadTool, ToolOrigin, ToolOutput } from "../../src/core/tool.ts";
import { plain, sized } from "../text.ts";
import { baseTool, titleOf } from "./base-tool.ts";
import { type Api, type ApiCall, callApi } from "./call.ts";
import type { Compiled } from "./compile.ts";
import { offersOf } from "./offers.ts";
import { readRows, unexpected } from "./paging.ts";
import { query } from "./query.ts";
import { rendered, renderedRows, type Rows } from "./render.ts";
import { filled, parseTemplate } from "./template.ts";
import { policyArgsOf, targetOf, valuesOf, type Values } from "./values.ts";

/** A listed operation that only reads. */
export function readTool(api: Api, compiled: Compiled, origin: ToolOrigin): ReadTool {
  return {
    ...baseTool(api, compiled, origin),
    effect: "read",
    resolve: (input, context) => {
      const { values } = valuesOf(compiled, input, context.callId);
      return Promise.resolve({
        args: input,
        target: targetOf(api, compiled, values),
        policyArgs: policyArgsOf(compiled, values),
      });
    },
    run: (args, context) => read(api, compiled, args, context),
  };
}

async function read(
  api: Api,
  compiled: Compiled,
  args: JsonObject,
  context: CallContext,
): Promise<ToolOutput> {
  const { spec, operation } = compiled;
  const { own, values } = valuesOf(compiled, args, context.callId);
  const doing = titleOf(compiled);
  const call = { operation, args: own, effect: "read", doing, timeoutMs: timeoutOf(compiled) } as const;
  const full = args["detail"] === "full";
  const projection = (full ? spec.full : undefined) ?? spec.project;
  const { text, body } =
    spec.items === undefined && spec.paging === undefined
      ? await single(api, call, projection, context)
      : await listed(api, compiled, { call, args, projection }, context);
  const { url, label } = targetOf(api, compiled, values);
  return {
    text: sized(
      `**${plain(label)}**: ${plain(doing)}\n\n${text}`,
      full ? "full" : "short",
      "Ask for less at once.",
    ),
    sources: url === undefined ? [] : [{ label, url }],
    untrusted: untrustedBy(api, compiled, values),
    offers: offersOf(spec, values, body),
  };
}

/** A reply as text, and as it came. */
interface Told {
  text: string;
  body: unknown;
}

async function single(
  api: Api,
  call: ApiCall,
  projection: string | undefined,
  context: CallContext,
): Promise<Told> {
  const { body } = await callApi(api, call, context);
  return { text: rendered(shown(api, call.doing, body, projection, context)), body };
}

async function listed(
  api: Api,
  compiled: Compiled,
  { call, args, projection }: { call: ApiCall; args: JsonObject; projection: string | undefined },
  context: CallContext,
): Promise<Told> {
  const rows = await readRows(api, call, compiled.spec, context);
  const told = projected(api, call.doing, rows, projection, context);
  return { text: renderedRows(told, narrowBy(compiled, args)), body: rows.rows };
}

export const timeoutOf = ({ spec }: Compiled): number | undefined =>
  spec.timeout_seconds === undefined ? undefined : spec.timeout_seconds * 1000;

/** What of a reply is shown. A projection that finds nothing means a reply of another shape. */
function shown(
  api: Api,
  doing: string,
  body: unknown,
  projection: string | undefined,
  { callId }: CallContext,
): Json | undefined {
  if (projection === undefined || body === undefined) return body as Json | undefined;
  const found = query(body, projection);
  if (found === undefined || empty(found)) {
    throw unexpected(api, doing, "nothing of what is shown is in it", callId);
  }
  return found;
}

/** A projection always makes an object; where it found none of its fields, the reply was another. */
const empty = (value: Json): boolean =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every((inner) => inner === null);

function projected(
  api: Api,
  doing: string,
  rows: Rows,
  projection: string | undefined,
  context: CallContext,
): Rows {
  if (projection === undefined || rows.rows.length === 0) return rows;
  const found = query(rows.rows, projection);
  if (Array.isArray(found)) return { ...rows, rows: found };
  throw unexpected(api, doing, "nothing of what is shown is in it", context.callId);
}

/** Arguments that were not given and could make the list shorter. */
const narrowBy = ({ arguments: { shown: all } }: Compiled, args: JsonObject): string[] =>
  all
    .filter(({ name, parameter }) => parameter.in === "query" && args[name] === undefined)
    .map(({ name }) => name)
    .slice(0, 4);

/** Whose text was read, for the conversation's mark. */
export function untrustedBy(api: Api, compiled: Compiled, values: Values): string[] {
  const { untrusted = true } = compiled.spec;
  if (untrusted === false) return [];
  return [
    untrusted === true ? `${api.title}: ${titleOf(compiled)}` : filled(parseTemplate(untrusted), values),
  ];
}
