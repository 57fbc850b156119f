import { z } from "zod";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { nearestWords } from "../nearest.ts";
import type { McpToolSpec } from "./file.ts";

type Schema = Record<string, unknown>;

/** A tool's arguments as people and models give them, and as its server takes them. */
export interface Input {
  schema: z.ZodObject;
  /** The server's arguments: names put back, pinned ones added. */
  outward(given: JsonObject): JsonObject;
  /** The names that people use, with the values of the server's arguments. */
  inward(sent: JsonObject): JsonObject;
  /** Said to the model where the arguments have several forms. */
  note?: string;
}

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const argPattern = /^[A-Za-z_][\w.-]{0,63}$/;

/**
 * Patterns of a server are not run here: one can be written that never ends. The server checks them itself, and the
 * model still sees them.
 */
const runnable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(runnable);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, inner]) => !(key === "pattern" && typeof inner === "string") && key !== "patternProperties",
      )
      .map(([key, inner]) => [key, runnable(inner)]),
  );
};

const refers = (value: unknown): boolean => JSON.stringify(value).includes('"$ref"');

/** What `z.fromJSONSchema` cannot say is left to the server; the model sees the server's own words either way. */
const valueSchema = (property: unknown, root: Schema): z.ZodType => {
  const raw = isObject(property) ? property : {};
  const { $defs, definitions } = root;
  const defined = { ...(isObject($defs) && { $defs }), ...(isObject(definitions) && { definitions }) };
  let schema: z.ZodType;
  try {
    schema = z.fromJSONSchema({ ...(runnable(raw) as Schema), ...(runnable(defined) as Schema) });
  } catch {
    schema = z.json();
  }
  // As it was listed: a union that is simplified on the way leaves forms that nobody can call.
  const { id: _id, $id: _dollar, default: _default, ...shown } = raw;
  const taken = lenient(raw["type"], schema);
  return refers(raw) ? taken : taken.meta(shown);
};

/** Typed in Slack, a number is a number and everything in a form is text: each is taken for the other where it says the same. */
const lenient = (type: unknown, schema: z.ZodType): z.ZodType => {
  if (type === "string") {
    return z.preprocess((value) => (typeof value === "number" ? String(value) : value), schema);
  }
  if (type === "number" || type === "integer") {
    const isNumber = (value: unknown): value is string =>
      typeof value === "string" && /^-?\d{1,15}(\.\d{1,6})?$/.test(value);
    return z.preprocess((value) => (isNumber(value) ? Number(value) : value), schema);
  }
  return schema;
};

interface Forms {
  properties: Schema;
  required: string[];
  variants: Schema[];
}

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

/** One flat object of all that a tool's arguments may be; `variants` are the forms a root has beside its own. */
const formsOf = (root: Schema): Forms => {
  const own = isObject(root["properties"]) ? root["properties"] : {};
  const required = listOf(root["required"]);
  const variants = (["oneOf", "anyOf"] as const)
    .flatMap((key) => (Array.isArray(root[key]) ? (root[key] as unknown[]) : []))
    .filter(isObject);
  if (variants.length === 0) return { properties: own, required, variants };
  const properties: Schema = { ...own };
  for (const variant of variants) {
    for (const [name, property] of Object.entries(
      isObject(variant["properties"]) ? variant["properties"] : {},
    )) {
      const known = properties[name];
      properties[name] =
        known === undefined || JSON.stringify(known) === JSON.stringify(property)
          ? property
          : {
              anyOf: [
                ...(isObject(known) && Array.isArray(known["anyOf"])
                  ? (known["anyOf"] as unknown[])
                  : [known]),
                property,
              ],
            };
    }
  }
  const shared = listOf(variants[0]?.["required"]).filter((name) =>
    variants.every((variant) => listOf(variant["required"]).includes(name)),
  );
  return { properties, required: [...new Set([...required, ...shared])], variants };
};

/** Whether given arguments are one of the root's forms; a root that cannot be said here is left to the server. */
const formCheck = (root: Schema): ((sent: JsonObject) => boolean) => {
  try {
    const schema = z.fromJSONSchema(runnable(root) as Schema);
    return (sent) => schema.safeParse(sent).success;
  } catch {
    return () => true;
  }
};

/** What a file says about a tool's arguments that the tool does not bear out, with the nearest name. */
export const inputProblems = (spec: McpToolSpec, root: Schema): string[] => {
  const { properties, required } = formsOf(root);
  const names = Object.keys(properties);
  const { hide = [], pin = {}, rename = {} } = spec.args;
  const mentioned = [
    ...hide,
    ...Object.keys(pin),
    ...Object.keys(rename),
    ...(spec.marker === undefined ? [] : [spec.marker]),
  ];
  const given = hide.filter((name) => required.includes(name) && pin[name] === undefined);
  return [
    ...mentioned
      .filter((name) => !names.includes(name))
      .map((name) => `it has no argument '${name}'.${nearestWords(name, names)}`),
    ...given.map((name) => `'${name}' is required by the server and hidden: pin it, or show it`),
    ...names
      .filter((name) => !argPattern.test(name))
      .map((name) => `its argument '${name.slice(0, 40)}' has a name that cannot be given`),
  ];
};

/** Makes a flat object of zod of a tool's arguments. Call `inputProblems` first. */
export const inputOf = (spec: McpToolSpec, root: Schema): Input => {
  const { hide = [], pin = {}, rename = {} } = spec.args;
  const { properties, required, variants } = formsOf(root);
  const hidden = new Set([...hide, ...Object.keys(pin), ...(spec.marker === undefined ? [] : [spec.marker])]);
  const shown = Object.keys(properties).filter((name) => !hidden.has(name));
  const said = (name: string): string => rename[name] ?? name;
  const back = new Map(shown.map((name) => [said(name), name]));
  const shape = Object.fromEntries(
    shown.map((name) => {
      const value = valueSchema(properties[name], root);
      return [said(name), required.includes(name) ? value : value.optional()];
    }),
  );
  const outward = (given: JsonObject): JsonObject => {
    const sent = Object.entries(given).flatMap(([name, value]): [string, Json][] => {
      const known = back.get(name);
      return known === undefined ? [] : [[known, value]];
    });
    return { ...Object.fromEntries(sent), ...pin };
  };
  const inward = (sent: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(sent).map(([name, value]) => [said(name), value]));
  const strict = z.strictObject(shape);
  if (variants.length === 0) return { schema: strict, outward, inward };
  const fits = formCheck(root);
  const note = `The arguments have one of these forms: ${JSON.stringify(variants).slice(0, 2_000)}`;
  const schema = strict.refine((given) => fits(outward(given as JsonObject)), {
    message: "is none of the forms that these arguments may have",
  });
  return { schema, outward, inward, note };
};
