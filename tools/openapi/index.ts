import { z } from "zod";
import { messageOf } from "../../src/core/errors.ts";
import type { EntityTypes, Tool } from "../../src/core/tool.ts";
import type { Http } from "../../src/http/types.ts";
import { pinOf } from "../lock.ts";
import type { FileProblem } from "../problems.ts";
import { descriptionOf } from "./base-tool.ts";
import type { Api } from "./call.ts";
import type { Compiled } from "./compile.ts";
import { compiledOf, documentAddress, type ReadApi } from "./connect.ts";
import type { OperationSpec } from "./file.ts";
import { readTool } from "./read-tool.ts";
import { parseRisk, type RiskRule } from "./risk.ts";
import { apiType } from "./values.ts";
import { writeTool } from "./write-tool.ts";

const documentBytesMax = 20_000_000;
const documentMs = 10_000;

/** The tools of one API. Without a connection they can be named and reach nothing. */
export function apiTools(read: ReadApi, http: Http): Tool[] {
  const { value } = read.file;
  const api: Api = {
    name: read.system,
    system: accountOf(read),
    title: value.title,
    owner: value.owner,
    baseUrl: "off" in read.connection ? "http://not-connected.invalid" : read.connection.baseUrl,
    timeoutMs: value.timeout_seconds * 1000,
    replyBytesMax: value.reply_kb_max * 1000,
    http,
  };
  return (read.compiled ?? value.operations.map(nominal)).map((compiled) => toolOf(api, compiled));
}

/** The account that an API's requests are signed with. */
const accountOf = ({ system, file: { value } }: ReadApi): string =>
  value.auth !== "none" && "person" in value.auth ? value.auth.person : system;

function toolOf(api: Api, compiled: Compiled): Tool {
  const origin = { file: `apis/${api.name}.yml`, pin: pinOfCompiled(compiled) };
  return isRated(compiled) ? writeTool(api, compiled, origin) : readTool(api, compiled, origin);
}

const isRated = (compiled: Compiled): compiled is Compiled & { risk: RiskRule } =>
  compiled.risk !== undefined;

/** Over what a model and a person are told, and over what is sent; the document's prose that nobody sees is left out. */
const pinOfCompiled = (compiled: Compiled): string =>
  pinOf({
    name: compiled.spec.name,
    description: descriptionOf(compiled),
    schema: z.toJSONSchema(compiled.input, { io: "input", unrepresentable: "any" }),
    foreign: [
      compiled.operation,
      compiled.read?.operation,
      compiled.find?.operation,
      compiled.follow?.operation,
    ]
      .filter((operation) => operation !== undefined)
      .map(({ op, parameters, body, reply }) => ({
        ...{ op, body, reply },
        parameters: parameters.map((parameter) => ({ ...parameter, description: "" })),
      })),
  });

/** An operation whose document was not read: it has a name, an effect and a target, and no arguments. */
const nominal = (spec: OperationSpec): Compiled => ({
  spec: { ...spec, examples: [] },
  operation: { op: spec.op, summary: "", parameters: [], body: "none", bodyRequired: false, reply: "json" },
  arguments: { shown: [], pinned: [] },
  input: z.strictObject({}),
  slots: {},
  ...(spec.effect !== "read" && { risk: parseRisk(spec.risk) }),
});

/**
 * Fetches documents that are at an address, of APIs that are connected. What another server says now never hinders the
 * start: where it cannot be used, the API is off, and it is said why.
 */
export const fetchDocuments = (
  apis: readonly ReadApi[],
  http: Http,
  cache: string | undefined,
): Promise<ReadApi[]> =>
  Promise.all(
    apis.map(async (api) => {
      const url = documentAddress(api);
      if (url === undefined || "off" in api.connection) return api;
      try {
        const signal = AbortSignal.timeout(documentMs);
        const { body } = await http.request({
          ...{ system: api.file.value.title, method: "GET", url, effect: "read", signal, expect: "text" },
          ...{ maxBytes: documentBytesMax, deadlineMs: documentMs },
        });
        const problems: FileProblem[] = [];
        const compiled = compiledOf(api, typeof body === "string" ? body : "", cache, problems);
        const [first] = problems;
        return {
          ...api,
          compiled,
          ...(first && { partly: first.message }),
        };
      } catch (error) {
        return { ...api, connection: { off: `its document at ${url} cannot be used: ${messageOf(error)}` } };
      }
    }),
  );

/** The resource tree that API files speak of: every target lies in what `in` says, and at last in its API. */
export function apiEntityTypes(apis: readonly ReadApi[]): EntityTypes {
  const types: Record<string, Set<string>> = { [apiType]: new Set() };
  for (const { file } of apis) {
    for (const { target, in: above } of file.value.operations) {
      const chain = [...(target === undefined ? [] : [target]), ...above].map(
        (text) => text.split("/")[0] ?? "",
      );
      for (const [at, type] of chain.entries()) {
        if (type !== apiType) (types[type] ??= new Set()).add(chain[at + 1] ?? apiType);
      }
    }
  }
  return Object.fromEntries(Object.entries(types).map(([type, parents]) => [type, [...parents]]));
}

/** Types that tools written here own: a file that used one would leave out what lies above it. */
export function checkTypes(
  apis: readonly ReadApi[],
  taken: readonly string[],
  problems: FileProblem[],
): void {
  for (const { file } of apis) {
    for (const [index, { name, target, in: above }] of file.value.operations.entries()) {
      for (const text of [...(target === undefined ? [] : [target]), ...above]) {
        const type = text.split("/")[0] ?? "";
        if (!taken.includes(type)) continue;
        const message = `${name}: '${type}' is a type of other tools. Call yours something else, such as ${file.value.title.replaceAll(/\W/g, "")}${type}.`;
        problems.push(file.problem(["operations", index, "target"], message));
      }
    }
  }
}
