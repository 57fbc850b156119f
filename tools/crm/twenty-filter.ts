import type { Kind, Query } from "./port.ts";
import type { TwentySchema } from "./twenty-schema.ts";

/** Words without the signs that mean something in Twenty's filters. */
const wordsOf = (text: string): string[] =>
  text
    .split(/[^\p{L}\p{N}.@_-]+/u)
    .filter((word) => word !== "")
    .slice(0, 8);

const all = (parts: readonly string[]): string | undefined =>
  parts.length < 2 ? parts[0] : `and(${parts.join(",")})`;
const any = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? "") : `or(${parts.join(",")})`;

export const isOneOf = (field: string, values: readonly string[]): string =>
  `${field}[in]:[${values.join(",")}]`;
export const is = (field: string, value: string): string => `${field}[eq]:${value}`;
const has = (field: string, word: string): string => `${field}[ilike]:"%${word}%"`;

const named: Record<Kind, readonly string[]> = {
  contact: ["name.firstName", "name.lastName", "emails.primaryEmail"],
  company: ["name", "domainName.primaryLinkUrl"],
  deal: ["name"],
  ticket: ["name"],
};

/** A query in Twenty's words; undefined where nothing narrows it. `more` are further conditions. */
export function filterOf(
  kind: Kind,
  query: Query,
  schema: TwentySchema,
  more: readonly string[] = [],
): string | undefined {
  const { stage = "stage", owner = "ownerId" } = schema.fields[kind];
  const words = query.text === undefined ? [] : wordsOf(query.text);
  return all([
    ...words.map((word) => any(named[kind].map((field) => has(field, word)))),
    ...(query.stageIds === undefined ? [] : [isOneOf(stage, query.stageIds)]),
    ...(query.ownerId === undefined ? [] : [is(owner, query.ownerId)]),
    ...(query.closesFrom === undefined ? [] : [`closeDate[gte]:"${query.closesFrom}T00:00:00.000Z"`]),
    ...(query.closesTo === undefined ? [] : [`closeDate[lte]:"${query.closesTo}T23:59:59.999Z"`]),
    ...(query.createdSince === undefined ? [] : [`createdAt[gte]:"${query.createdSince}"`]),
    ...more,
  ]);
}

/** Any of several conditions; undefined for none. */
export const anyOf = (parts: readonly (string | undefined)[]): string | undefined => {
  const given = parts.filter((part) => part !== undefined);
  return given.length === 0 ? undefined : any(given);
};
