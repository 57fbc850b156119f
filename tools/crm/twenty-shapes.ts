import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import { type Entry, type Kind, type Owner, priorities, type Records, type Values } from "./port.ts";
import { dayOf, numberOf, oneOf } from "./read-values.ts";
import type { Fields, TwentySchema } from "./twenty-schema.ts";

/** Twenty's replies, as far as they are used. */

export const rowShape = z.looseObject({ id: z.string(), createdAt: z.string(), updatedAt: z.string() });
type Row = z.infer<typeof rowShape>;

export const writtenShape = z.object({ id: z.string(), updatedAt: z.string().optional() });

/** A page of a list: the rows stand below their object's name. */
export const pageShape = (plural: string) =>
  z.object({
    data: z.object({ [plural]: z.array(rowShape) }),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
    totalCount: z.int(),
  });

const micros = 1_000_000;

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined;
const inside = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
const textIn = (value: unknown, name: string): string | undefined => text(inside(value, name));

/** `https://globex.example/` as a domain. */
const domainOf = (url: string | undefined): string | undefined =>
  url?.replace(/^https?:\/\//, "").replace(/\/.*$/, "");

/** A row in Steward's words. */
export function recordOf<K extends Kind>(kind: K, row: Row, schema: TwentySchema): Records[K] {
  const names: Fields = schema.fields[kind];
  const named = (word: keyof Fields): string | undefined => {
    const name = names[word];
    return name === undefined ? undefined : text(row[name]);
  };
  const kept = { id: row.id, ownerId: named("owner"), createdAt: row.createdAt, updatedAt: row.updatedAt };
  const own: { [Each in Kind]: () => Omit<Records[Each], keyof typeof kept> } = {
    contact: () => {
      const [firstName, lastName] = [textIn(row["name"], "firstName"), textIn(row["name"], "lastName")];
      const email = textIn(row["emails"], "primaryEmail");
      return {
        name: [firstName, lastName].filter(Boolean).join(" ") || email || `contact ${row.id}`,
        firstName,
        lastName,
        email,
        phone: textIn(row["phones"], "primaryPhoneNumber"),
        jobTitle: text(row["jobTitle"]),
      };
    },
    company: () => ({
      name: text(row["name"]) ?? `company ${row.id}`,
      domain: domainOf(textIn(row["domainName"], "primaryLinkUrl")),
      industry: text(row["industry"]),
      city: textIn(row["address"], "addressCity"),
    }),
    deal: () => {
      const amount = numberOf(inside(row["amount"], "amountMicros") as number | string | null | undefined);
      return {
        name: text(row["name"]) ?? `deal ${row.id}`,
        pipelineId: "deal",
        stageId: named("stage") ?? "",
        amount: amount === undefined ? undefined : amount / micros,
        currency: textIn(row["amount"], "currencyCode"),
        closeDate: dayOf(text(row["closeDate"])),
        description: named("description"),
      };
    },
    ticket: () => ({
      name: text(row["name"]) ?? `ticket ${row.id}`,
      description: named("description"),
      pipelineId: "ticket",
      stageId: named("stage") ?? "",
      priority: oneOf(priorities, named("priority")?.toLowerCase()),
      cause: named("cause"),
    }),
  };
  return { ...kept, ...own[kind]() } as unknown as Records[K];
}

/** Values as Twenty takes them: composites for names, addresses and money; what an instance has no field for is left out. */
export function fieldsOf<K extends Kind>(kind: K, values: Values[K], schema: TwentySchema): JsonObject {
  const names: Fields = schema.fields[kind];
  const given = values as Values["contact"] & Values["company"] & Values["deal"] & Values["ticket"];
  const renamed = (word: keyof Fields, value: string | undefined): JsonObject => {
    const name = names[word];
    return name === undefined || value === undefined ? {} : { [name]: value };
  };
  const name: JsonObject = {
    ...(given.firstName !== undefined && { firstName: given.firstName }),
    ...(given.lastName !== undefined && { lastName: given.lastName }),
  };
  return {
    ...(given.name !== undefined && { name: given.name }),
    ...(Object.keys(name).length > 0 && { name }),
    ...(given.email !== undefined && { emails: { primaryEmail: given.email } }),
    ...(given.phone !== undefined && { phones: { primaryPhoneNumber: given.phone } }),
    ...(given.jobTitle !== undefined && { jobTitle: given.jobTitle }),
    ...(given.domain !== undefined && { domainName: { primaryLinkUrl: `https://${given.domain}` } }),
    ...(given.industry !== undefined && { industry: given.industry }),
    ...(given.city !== undefined && { address: { addressCity: given.city } }),
    ...(given.amount !== undefined && { amount: { amountMicros: Math.round(given.amount * micros) } }),
    ...(given.closeDate !== undefined && { closeDate: `${given.closeDate}T00:00:00.000Z` }),
    ...renamed("stage", given.stageId),
    ...renamed("priority", given.priority?.toUpperCase()),
    ...renamed("cause", given.cause),
    ...renamed("description", given.description),
    ...renamed("owner", given.ownerId),
  };
}

/** A call is a note whose title says so: Twenty has no calls of its own. */
const callTitle = "Call";

export const noteFields = (kind: "note" | "call", words: string): JsonObject => ({
  title: kind === "call" ? callTitle : "Note",
  bodyV2: { markdown: words },
});

export function entryOf(type: "note" | "task", row: Row): Entry {
  const body = textIn(row["bodyV2"], "markdown") ?? "";
  const title = text(row["title"]) ?? "";
  const own = title === "Note" || title === callTitle;
  return {
    id: row.id,
    kind: type === "task" ? "task" : title === callTitle ? "call" : "note",
    text: [...(own && type === "note" ? [] : [title]), body].filter((part) => part !== "").join("\n"),
    at: (type === "task" ? text(row["dueAt"]) : undefined) ?? row.createdAt,
    done: row["status"] === "DONE",
    ownerId: text(row["assigneeId"]),
  };
}

export const memberOf = (row: Row): Owner => {
  const name = [textIn(row["name"], "firstName"), textIn(row["name"], "lastName")].filter(Boolean).join(" ");
  const email = text(row["userEmail"]);
  return { id: row.id, name: name || email || `member ${row.id}`, email };
};
