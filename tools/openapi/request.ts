import type { Json, JsonObject } from "../../src/core/json.ts";
import { TerminalError } from "../../src/core/errors.ts";
import type { HttpRequest } from "../../src/http/types.ts";
import type { Operation, Parameter } from "./document.ts";

/** What of a request an operation and its arguments decide. */
export type Written = Pick<HttpRequest, "method" | "url"> & {
  headers: Record<string, string>;
  body?: string;
};

/** Text in a path, or in a query. */
const scalar = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

/**
 * Writes a request. `base` is the configured address and never the document's. A value in the path is one part of it,
 * whatever it holds: it can lead nowhere else. Throws where one is empty or would climb.
 */
export function written(base: string, operation: Operation, args: JsonObject): Written {
  const [method = "GET", path = ""] = operation.op.split(" ");
  const of = (where: Parameter["in"]) =>
    operation.parameters.flatMap((parameter) => {
      const value = args[parameter.name];
      return parameter.in === where && value !== undefined && value !== null ? [{ parameter, value }] : [];
    });
  const values = new Map(of("path").map(({ parameter, value }) => [parameter.name, scalar(value)]));
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => partOf(name, values.get(name)));
  const query = new URLSearchParams(of("query").flatMap(({ parameter, value }) => pairs(parameter, value)));
  const body = Object.fromEntries(of("body").map(({ parameter, value }) => [parameter.name, value]));
  const headers = Object.fromEntries(
    of("header").map(({ parameter, value }) => [parameter.name.toLowerCase(), scalar(value)]),
  );
  const asked = query.size === 0 ? "" : `?${query.toString()}`;
  return {
    method: method as HttpRequest["method"],
    url: `${base.replace(/\/+$/, "")}${filled}${asked}`,
    ...writtenBody(operation, body, headers),
  };
}

function partOf(name: string, value: string | undefined): string {
  const part = value ?? "";
  if (part === "" || part === "." || part === "..") {
    throw new TerminalError("bad_argument", `${name}: '${part}' is no value for a path; nothing was sent.`);
  }
  return encodeURIComponent(part);
}

function pairs({ name, joined }: Parameter, value: Json): [string, string][] {
  if (Array.isArray(value)) {
    return joined ? [[name, value.map(scalar).join(",")]] : value.map((one) => [name, scalar(one)]);
  }
  return [[name, scalar(value)]];
}

function writtenBody(
  operation: Operation,
  body: JsonObject,
  headers: Record<string, string>,
): Pick<Written, "headers" | "body"> {
  const empty = Object.keys(body).length === 0;
  if (operation.body === "none" || operation.body === "other" || (empty && !operation.bodyRequired))
    return { headers };
  if (operation.body === "form") {
    const form = new URLSearchParams(Object.entries(body).map(([name, value]) => [name, scalar(value)]));
    return {
      headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    };
  }
  return { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
}
