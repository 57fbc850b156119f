import type { Call } from "../http/types.ts";
import { badParameter } from "./errors.ts";

/** A list parameter: `name[]=a&name[]=b` or `name=a,b`. */
export function list(call: Call, name: string): string[] {
  const many = call.query.getAll(`${name}[]`);
  const one = call.query.get(name);
  return [...many, ...(one ? one.split(",") : [])]
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

/** A parameter that takes few values. Throws GitLab's 400 for another. */
export function oneOf<const T extends string>(call: Call, name: string, values: readonly T[]): T | undefined {
  const given = call.query.get(name);
  if (given === null || given === "") return undefined;
  const found = values.find((value) => value === given);
  if (!found) throw badParameter(name);
  return found;
}

/** A moment as milliseconds. Throws GitLab's 400 for what is no date. */
export function moment(call: Call, name: string): number | undefined {
  const given = call.query.get(name);
  if (!given) return undefined;
  const ms = Date.parse(given);
  if (Number.isNaN(ms)) throw badParameter(name, "is invalid");
  return ms;
}

/** A field of a JSON or form body; undefined where it is absent or empty. */
export function field(call: Call, name: string): unknown {
  const body = call.body;
  const value =
    typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>)[name] : undefined;
  return value ?? call.query.get(name) ?? undefined;
}

/** A text field of a body. Throws GitLab's 400 where it is not text. */
export function textField(call: Call, name: string): string | undefined {
  const value = field(call, name);
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw badParameter(name, "is invalid");
  return value;
}

/** A number of a body as text, for looking it up; empty where there is none. */
export function idField(call: Call, name: string): string {
  const value = field(call, name);
  return typeof value === "number" || typeof value === "string" ? String(value) : "";
}

/** A list of texts in a body; a text is split at its commas, as GitLab does with labels. */
export function listField(call: Call, name: string): string[] {
  const value = field(call, name);
  const parts = Array.isArray(value) ? value.map(String) : typeof value === "string" ? value.split(",") : [];
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** A list of `{key, value}` in a body; what is no text makes GitLab's 400. */
export function listOfPairs(call: Call, name: string): { key: string; value: string }[] {
  const value = field(call, name);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw badParameter(name, "is invalid");
  return value.map((pair: unknown) => {
    const { key, value: text } = (pair ?? {}) as Record<string, unknown>;
    if (typeof key !== "string" || typeof text !== "string") throw badParameter(name, "is invalid");
    return { key, value: text };
  });
}

/** A yes/no field of a body; GitLab reads "true" and "1" as yes. */
export function flag(call: Call, name: string): boolean {
  const value = field(call, name);
  return value === true || value === "true" || value === "1" || value === 1;
}
