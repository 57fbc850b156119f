import { z } from "zod";
import { badRequest } from "./errors.ts";
import { SCHEMAS } from "./properties.ts";
import type { CrmRecord, ObjectType } from "./types.ts";

const OPERATORS = [
  "EQ",
  "NEQ",
  "LT",
  "LTE",
  "GT",
  "GTE",
  "BETWEEN",
  "IN",
  "NOT_IN",
  "HAS_PROPERTY",
  "NOT_HAS_PROPERTY",
  "CONTAINS_TOKEN",
  "NOT_CONTAINS_TOKEN",
] as const;

const scalar = z.union([z.string(), z.number()]).transform(String);
const filter = z.object({
  propertyName: z.string(),
  operator: z.enum(OPERATORS),
  value: scalar.optional(),
  highValue: scalar.optional(),
  values: z.array(scalar).optional(),
});
/** HubSpot's limits: 5 groups, 6 filters in each, 200 rows a page. */
const searchSchema = z.object({
  filterGroups: z
    .array(z.object({ filters: z.array(filter).max(6) }))
    .max(5)
    .default([]),
  query: z.string().max(3000).default(""),
  properties: z.array(z.string()).default([]),
  sorts: z
    .array(z.object({ propertyName: z.string(), direction: z.string().default("ASCENDING") }))
    .max(1)
    .default([]),
  limit: z.coerce.number().int().min(1).max(200).default(10),
  after: scalar.pipe(z.string().regex(/^\d*$/)).default("0"),
});

type Filter = z.infer<typeof filter>;
type Search = z.infer<typeof searchSchema>;

/** A search's own words, checked. Throws HubSpot's 400. */
export function parseSearch(body: unknown): Search {
  const parsed = searchSchema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw badRequest(`Invalid input JSON: ${z.prettifyError(parsed.error)}`);
}

/** The records that a search finds, in its order. */
export function search(records: readonly CrmRecord[], type: ObjectType, wanted: Search): CrmRecord[] {
  const words = wanted.query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const found = records.filter(
    (record) =>
      record.type === type &&
      (wanted.filterGroups.length === 0 ||
        wanted.filterGroups.some((group) => group.filters.every((one) => passes(record, one)))) &&
      hasWords(record, words),
  );
  const [sort] = wanted.sorts;
  const key = sort?.propertyName ?? SCHEMAS[type].created;
  const sign = sort?.direction === "DESCENDING" ? -1 : 1;
  return found.toSorted((a, b) => sign * compare(a.properties[key] ?? "", b.properties[key] ?? ""));
}

/** Each word must begin a word of the searched properties. */
function hasWords(record: CrmRecord, words: readonly string[]): boolean {
  const own = SCHEMAS[record.type].searched.flatMap((name) => tokens(record.properties[name] ?? ""));
  return words.every((word) => own.some((token) => token.startsWith(word)));
}

const tokens = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}.@-]+/u);

/** HubSpot compares whole words; `*` in the wanted word stands for any letters. */
function hasToken(text: string, wanted: string): boolean {
  const own = tokens(text);
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .map((word) => new RegExp(`^${word.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`))
    .every((word) => own.some((token) => word.test(token)));
}

function passes(
  record: CrmRecord,
  { propertyName, operator, value = "", highValue = "", values = [] }: Filter,
): boolean {
  const own = record.properties[propertyName] ?? null;
  if (operator === "HAS_PROPERTY") return own !== null;
  if (operator === "NOT_HAS_PROPERTY") return own === null;
  if (own === null) return operator === "NEQ" || operator === "NOT_IN" || operator === "NOT_CONTAINS_TOKEN";
  const text = own.toLowerCase();
  const lower = values.map((one) => one.toLowerCase());
  const contains = hasToken(own, value);
  switch (operator) {
    case "EQ":
      return compare(own, value) === 0;
    case "NEQ":
      return compare(own, value) !== 0;
    case "LT":
      return compare(own, value) < 0;
    case "LTE":
      return compare(own, value) <= 0;
    case "GT":
      return compare(own, value) > 0;
    case "GTE":
      return compare(own, value) >= 0;
    case "BETWEEN":
      return compare(own, value) >= 0 && compare(own, highValue) <= 0;
    case "IN":
      return lower.includes(text);
    case "NOT_IN":
      return !lower.includes(text);
    case "CONTAINS_TOKEN":
      return contains;
    case "NOT_CONTAINS_TOKEN":
      return !contains;
    default:
      return false;
  }
}

/** Numbers by size, moments by time (searches give them in milliseconds), other texts by letters without case. */
function compare(a: string, b: string): number {
  const numbers = [measure(a), measure(b)];
  const [x, y] = numbers;
  if (x !== undefined && y !== undefined) return x - y;
  return a.toLowerCase().localeCompare(b.toLowerCase());
}

function measure(text: string): number | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^\d{4}-\d\d-\d\d/.test(text)) return Date.parse(text);
  return undefined;
}
