import { bad } from "./errors.ts";
import type { Row } from "./objects.ts";

type Test = (row: Row) => boolean;

/** Twenty's filter grammar: `field[cmp]:value`, `and(…,…)`, `or(…,…)`. Throws its 400. */
export function parseFilter(text: string): Test {
  const trimmed = text.trim();
  const group = /^(and|or|not)\((.*)\)$/s.exec(trimmed);
  if (group !== null) {
    const tests = split(group[2] ?? "").map(parseFilter);
    if (group[1] === "or") return (row) => tests.some((test) => test(row));
    if (group[1] === "not") return (row) => !tests.some((test) => test(row));
    return (row) => tests.every((test) => test(row));
  }
  const parts = split(trimmed);
  if (parts.length > 1) {
    const tests = parts.map(parseFilter);
    return (row) => tests.every((test) => test(row));
  }
  const found = /^([A-Za-z0-9.]+)\[([A-Za-z]+)\]:(.*)$/s.exec(trimmed);
  if (found === null) throw bad(`'filter' invalid for '${trimmed}'. eg: price[gte]:10`);
  const [, field = "", comparator = "", raw = ""] = found;
  return (row) => compare(valueAt(row, field), comparator, raw);
}

/** Commas outside of brackets and quotes. */
function split(text: string): string[] {
  const parts: string[] = [];
  let [depth, quoted, start] = [0, false, 0];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') quoted = !quoted;
    if (quoted) continue;
    if (sign === "(" || sign === "[") depth += 1;
    if (sign === ")" || sign === "]") depth -= 1;
    if (sign === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)].filter((part) => part.trim() !== "");
}

export function valueAt(row: Row, field: string): unknown {
  const [name = "", inner] = field.split(".");
  if (!(name in row)) throw bad(`field '${name}' does not exist in '${row.object}' object`);
  const value = row[name];
  return inner === undefined ? value : (value as Record<string, unknown> | null)?.[inner];
}

const bare = (text: string): string => text.trim().replace(/^"(.*)"$/s, "$1");

function compare(value: unknown, comparator: string, raw: string): boolean {
  const own = value === null || value === undefined ? undefined : String(value as string | number);
  const wanted = bare(raw);
  switch (comparator) {
    case "eq":
      return own === wanted;
    case "neq":
      return own !== wanted;
    case "in":
      return raw
        .trim()
        .replace(/^\[(.*)\]$/s, "$1")
        .split(",")
        .map(bare)
        .includes(own ?? "");
    case "is":
      return wanted === "NULL" ? own === undefined : own !== undefined;
    case "gt":
      return own !== undefined && own > wanted;
    case "gte":
      return own !== undefined && own >= wanted;
    case "lt":
      return own !== undefined && own < wanted;
    case "lte":
      return own !== undefined && own <= wanted;
    case "ilike":
      return like(own ?? "", wanted);
    default:
      throw bad(
        `'filter' comparator '${comparator}' not in 'eq,neq,in,is,gt,gte,lt,lte,like,ilike,startsWith'`,
      );
  }
}

const like = (own: string, pattern: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+?^${}()|[\]\\*]/g, String.raw`\$&`)
      .replaceAll("%", ".*")
      .replaceAll("_", ".")}$`,
    "is",
  ).test(own);
