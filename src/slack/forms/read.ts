import { z } from "zod";
import type { JsonObject, Json } from "../../core/json.ts";
import { readBlockId, blockId } from "./ids.ts";
import type { Field } from "./schema.ts";

const optionSchema = z.object({ value: z.string() });

/** What Slack says of one element of a form; only what is read. */
const heldSchema = z.looseObject({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: optionSchema.nullish(),
  selected_options: z.array(optionSchema).nullish(),
  selected_date: z.string().nullish(),
  selected_user: z.string().nullish(),
  selected_users: z.array(z.string()).nullish(),
  selected_conversation: z.string().nullish(),
  selected_conversations: z.array(z.string()).nullish(),
});
type Held = z.infer<typeof heldSchema>;
export const stateSchema = z.record(z.string(), z.record(z.string(), heldSchema));

/** The arguments of a form as filled in, and what could not even be read, by block id. */
export interface Filled {
  args: JsonObject;
  problems: Record<string, string>;
}

type Value = Json | undefined;

class Unreadable extends Error {}

const fixed = (value: string): Json => {
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
};

const jsonOf = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Unreadable('This is not JSON. Write it as JSON, such as {"name": "value"} or [1, 2].');
  }
};

const numberOf = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value))
    throw new Unreadable(`“${text.slice(0, 60)}” is not a number.`);
  return value;
};

const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");

const several = (values: readonly string[] | null | undefined): Value =>
  values === null || values === undefined || values.length === 0 ? undefined : [...values];

/** The value of one field. `held` are its elements in order: one, or the pieces of a long text. */
const valueOf = (field: Field, held: readonly Held[]): Value => {
  const [one] = held;
  const text = held.map(({ value }) => value ?? "").join("");
  switch (field.kind) {
    case "text":
      return text === "" ? undefined : text;
    case "lines": {
      const lines = linesOf(text);
      if (lines.length === 0) return undefined;
      return field.of === "number" ? lines.map(numberOf) : lines;
    }
    case "json":
      return text.trim() === "" ? undefined : jsonOf(text);
    case "number":
      return text === "" ? undefined : numberOf(text);
    case "choice": {
      const chosen = one?.selected_option?.value;
      return chosen === undefined ? undefined : fixed(chosen);
    }
    case "choices": {
      const chosen = one?.selected_options ?? [];
      return chosen.length === 0 ? undefined : chosen.map(({ value }) => fixed(value));
    }
    case "date":
      return one?.selected_date ?? undefined;
    case "person":
      return one?.selected_user ?? undefined;
    case "people":
      return several(one?.selected_users);
    case "channel":
      return one?.selected_conversation ?? undefined;
    case "channels":
      return several(one?.selected_conversations);
    case "lookup":
      return one?.selected_option?.value;
    case "lookups":
      return several(one?.selected_options?.map(({ value }) => value));
    default:
      return field satisfies never;
  }
};

/** Reads what a person filled in. The tool's own schema judges it afterwards. */
export const readFields = (fields: readonly Field[], state: z.infer<typeof stateSchema>): Filled => {
  const parts = new Map<string, { part: number; held: Held }[]>();
  for (const [id, elements] of Object.entries(state)) {
    const place = readBlockId(id);
    const [held] = Object.values(elements);
    if (place === undefined || held === undefined) continue;
    parts.set(place.name, [...(parts.get(place.name) ?? []), { part: place.part, held }]);
  }
  const args: [string, Json][] = [];
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const held = (parts.get(field.name) ?? []).toSorted((a, b) => a.part - b.part).map((one) => one.held);
    try {
      const value = valueOf(field, held);
      if (value !== undefined) args.push([field.name, value]);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      problems[blockId(field.name)] = error.message;
    }
  }
  return { args: Object.fromEntries(args), problems };
};
