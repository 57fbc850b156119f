import { TerminalError } from "../../src/core/errors.ts";
import type { Json, JsonObject } from "../../src/core/json.ts";
import type { Resolved, Target } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import type { Api } from "./call.ts";
import type { Compiled, Further } from "./compile.ts";
import { sent } from "./arguments.ts";
import { filled, parseTemplate, valueOf } from "./template.ts";

/** What templates, comparisons and policies may speak of. */
export type Values = Record<string, Json | undefined>;

/** The arguments as the operation takes them, and every value by its name. `extra` is what was read live. */
export function valuesOf(
  compiled: Compiled,
  args: JsonObject,
  callId: string,
  extra: Values = {},
): { own: JsonObject; values: Values } {
  const { marker } = compiled.spec;
  const own = sent(
    compiled.arguments,
    args,
    marker === undefined ? undefined : { name: marker, value: callId },
  );
  const byDocument = Object.fromEntries(Object.entries(own).map(([name, value]) => [`@${name}`, value]));
  const pinned = Object.fromEntries(
    compiled.arguments.pinned.map(({ parameter, value }) => [parameter.name, value]),
  );
  const given = Object.fromEntries(compiled.arguments.shown.map(({ name }) => [name, args[name]]));
  return { own, values: { ...pinned, ...extra, ...given, ...byDocument, call: callId } };
}

/** The arguments of a further request. What has no value is left out. */
export const furtherArgs = ({ args }: Further, values: Values): JsonObject =>
  Object.fromEntries(
    Object.entries(args).flatMap(([name, given]) => {
      const value = typeof given === "string" ? valueOf(given, values) : given;
      return value === undefined || value === null ? [] : [[name, value] as const];
    }),
  );

const idCharsMax = 300;

/** Type above every target of the tools that files list. */
export const apiType = "Api";

/** What a call is about, with everything above it: the API itself is always there. */
export function targetOf(
  api: Pick<Api, "name" | "title" | "baseUrl">,
  { spec }: Compiled,
  values: Values,
): Target {
  const whole = { type: apiType, id: api.name, parents: [] };
  const above = spec.in.map((text) => nodeOf(text, values));
  const chain = above.map((node, at) => ({ ...node, parents: [ref(above[at + 1] ?? whole)] }));
  const ancestors = [...chain, whole];
  const own = spec.target === undefined ? undefined : nodeOf(spec.target, values);
  const page = spec.link === undefined ? {} : { url: linkOf(api.baseUrl, spec.link, values) };
  if (own === undefined || (own.type === apiType && own.id === api.name)) {
    return { type: apiType, id: api.name, label: api.title, parents: [], ancestors: [], ...page };
  }
  return {
    ...own,
    label: `${own.type} ${own.id}`,
    parents: [ref(ancestors[0] ?? whole)],
    ancestors,
    ...page,
  };
}

const ref = ({ type, id }: { type: string; id: string }) => ({ type, id });

/** Throws where a part of the id is not there: a rule about one thing must never be asked about another. */
function nodeOf(text: string, values: Values): { type: string; id: string } {
  const at = text.indexOf("/");
  const id = text.slice(at + 1);
  for (const name of parseTemplate(id).names) {
    const value = values[name];
    if (value === undefined || value === null || value === "") {
      throw new TerminalError("no_target", `It cannot be told what this is about: '${name}' has no value.`);
    }
  }
  return { type: text.slice(0, at), id: idOf(id, values) };
}

function idOf(template: string, values: Values): string {
  const found = valueOf(template, values);
  const id = typeof found === "string" ? found : JSON.stringify(found ?? "");
  if (id.length <= idCharsMax) return id;
  throw new TerminalError("bad_argument", `The id ${line(id, 40)} is longer than ${idCharsMax} characters.`);
}

const linkOf = (baseUrl: string, path: string, values: Values): string => {
  const parts = parseTemplate(path).names.map((name) => [
    name,
    encodeURIComponent(filled(parseTemplate(`{${name}}`), values)),
  ]);
  return `${new URL(baseUrl).origin}${filled(parseTemplate(path), Object.fromEntries(parts))}`;
};

/** What rules may test, in the types that the file declares; a value of another type is not handed on. */
export function policyArgsOf({ spec }: Compiled, values: Values): Resolved["policyArgs"] {
  return Object.fromEntries(
    Object.entries(spec.policy).flatMap(([name, type]) => {
      const value = typedAs(type, values[name]);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function typedAs(type: string, value: Json | undefined): string | number | boolean | undefined {
  if (type === "Boolean") return typeof value === "boolean" ? value : undefined;
  if (type === "String")
    return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
  const found = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof found !== "number") return undefined;
  if (type === "Long") return Number.isSafeInteger(found) ? found : undefined;
  return Math.round(found * 10_000) / 10_000;
}
