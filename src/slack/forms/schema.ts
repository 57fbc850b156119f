import { z } from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { SlotKind } from "../../core/slots.ts";

/** Slack's limits on a menu: options of one, and characters of an option's value. */
const optionsMax = 100;
const optionValueMax = 150;
/** An amount in words. */
const moneyCharsMax = 60;

/** A fixed value of a menu. */
export type Fixed = string | number | boolean;

/** How one argument is asked for. */
type Asked =
  | { kind: "text"; max: number | undefined }
  | { kind: "number"; integer: boolean; min: number | undefined; max: number | undefined }
  | { kind: "choice"; values: Fixed[] }
  | { kind: "choices"; values: Fixed[] }
  | { kind: "date" }
  | { kind: "person" | "people" | "channel" | "channels" }
  /** Values that a read lists for the person, besides whatever they type. */
  | { kind: "lookup" | "lookups"; slot: SlotKind }
  /** One value a line. */
  | { kind: "lines"; of: "text" | "number" }
  /** Anything else, written as JSON. */
  | { kind: "json" };

/** One argument of a form. */
export type Field = { name: string; label: string; hint: string | undefined; required: boolean } & Asked;

/** What a form is made of: a tool's input, and how its arguments are meant. */
export interface FormSchema {
  input: z.ZodObject;
  slots: Readonly<Record<string, SlotKind>>;
  /** Kinds of arguments that some read can list. */
  listed: ReadonlySet<SlotKind>;
}

/** The parts of JSON Schema that are read; anything else is asked for as JSON. */
const propertySchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  items: z.unknown().optional(),
});
type Property = z.infer<typeof propertySchema>;
const objectSchema = z.object({
  properties: z.record(z.string(), propertySchema).default({}),
  required: z.array(z.string()).default([]),
});

const isFixed = (value: unknown): value is Fixed => ["string", "number", "boolean"].includes(typeof value);

/** The values of a menu, where all fit into one. */
const fixedValues = (property: Property): Fixed[] | undefined => {
  const values =
    property.type === "boolean" && property.enum === undefined
      ? [true, false]
      : (property.enum ?? (property.const === undefined ? undefined : [property.const]));
  const fits =
    values !== undefined &&
    values.length > 0 &&
    values.length <= optionsMax &&
    values.every((value) => isFixed(value) && JSON.stringify(value).length <= optionValueMax);
  return fits ? (values as Fixed[]) : undefined;
};

/** Amounts stay words: people write 48k, and the tool's own schema reads it. */
const bySlot = (slot: SlotKind | undefined, property: Property, listed: FormSchema["listed"]) => {
  if (slot === "money") return { kind: "text", max: moneyCharsMax } as const;
  if (property.type !== "string" || slot === undefined) return undefined;
  if (slot === "person" || slot === "channel" || slot === "date") return { kind: slot } as const;
  return listed.has(slot) ? ({ kind: "lookup", slot } as const) : undefined;
};

const ofList = (items: Property, slot: SlotKind | undefined, listed: FormSchema["listed"]): Asked => {
  const values = fixedValues(items);
  if (values !== undefined) return { kind: "choices", values };
  const one = bySlot(slot, items, listed);
  if (one?.kind === "person") return { kind: "people" };
  if (one?.kind === "channel") return { kind: "channels" };
  if (one?.kind === "lookup") return { kind: "lookups", slot: one.slot };
  if (items.type === "string") return { kind: "lines", of: "text" };
  return items.type === "number" || items.type === "integer"
    ? { kind: "lines", of: "number" }
    : { kind: "json" };
};

const askedFor = (property: Property, slot: SlotKind | undefined, listed: FormSchema["listed"]): Asked => {
  const values = fixedValues(property);
  if (values !== undefined) return { kind: "choice", values };
  const special = bySlot(slot, property, listed);
  if (special !== undefined) return special;
  const { type, format, minimum: min, maximum: max } = property;
  if (type === "string") {
    return format === "date" ? { kind: "date" } : { kind: "text", max: property.maxLength };
  }
  if (type === "number" || type === "integer") {
    return { kind: "number", integer: type === "integer", min, max };
  }
  if (type !== "array") return { kind: "json" };
  const items = propertySchema.safeParse(property.items);
  return items.success ? ofList(items.data, slot, listed) : { kind: "json" };
};

/** An argument's name as people read it: `close_date` is "Close date". */
export const labelOf = (name: string): string => {
  const plain = name.replaceAll(/[_.-]+/g, " ").trim();
  return plain === "" ? name : `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
};

const hintOf = ({ description, default: left }: Property, asked: Asked): string | undefined => {
  const parts = [
    ...(description === undefined ? [] : [description]),
    ...(left === undefined ? [] : [`Left out: ${JSON.stringify(left)}`]),
    ...(asked.kind === "lines" ? ["One a line."] : []),
    ...(asked.kind === "json" ? ["As JSON."] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(". ").replaceAll("..", ".");
};

/** The fields of a tool's form, in the order of its schema. */
export const fieldsOf = ({ input, slots, listed }: FormSchema): Field[] => {
  const schema = z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as JsonObject;
  const { properties, required } = objectSchema.parse(schema);
  return Object.entries(properties).map(([name, property]) => {
    const asked = askedFor(property, slots[name], listed);
    const hint = hintOf(property, asked);
    return { name, label: labelOf(name), hint, required: required.includes(name), ...asked };
  });
};
