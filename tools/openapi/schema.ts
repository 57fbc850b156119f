/** A JSON Schema, as an OpenAPI document holds it. */
export type Schema = Record<string, unknown>;

/** Nesting beyond which a schema is left open. */
const depthMax = 8;

/** Words that say nothing about what is valid, or that would change what is sent. */
const silent = new Set([
  "default",
  "example",
  "examples",
  "xml",
  "externalDocs",
  "deprecated",
  "discriminator",
]);

export const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What `#/components/schemas/Payout` points to in a document; nothing where it points nowhere, or outside. */
function pointed(root: Schema, ref: string): unknown {
  if (!ref.startsWith("#/")) return undefined;
  return ref
    .slice(2)
    .split("/")
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), root);
}

/** Follows references until something stands there. */
export function followed(root: Schema, value: unknown): Schema {
  let at = value;
  for (let hops = 0; hops < depthMax && isObject(at) && typeof at["$ref"] === "string"; hops++) {
    at = pointed(root, at["$ref"]);
  }
  return isObject(at) && typeof at["$ref"] !== "string" ? at : {};
}

/**
 * A schema of OpenAPI 3.0 or 3.1 as plain JSON Schema that stands alone: references put in place (one that leads into
 * itself stays open), null types dropped, since an argument that is not given is left out, and objects closed, so that a
 * misspelt key is refused instead of being without effect.
 */
export function standAlone(root: Schema, given: unknown, within: readonly string[] = []): Schema {
  if (!isObject(given) || within.length > depthMax) return {};
  const ref = given["$ref"];
  if (typeof ref === "string") {
    return within.includes(ref) ? {} : standAlone(root, pointed(root, ref), [...within, ref]);
  }
  const merged = mergeAll(root, given, within.length);
  const inner = (value: unknown) => standAlone(root, value, [...within, ""]);
  const schema: Schema = {};
  for (const [key, value] of Object.entries(merged)) {
    if (silent.has(key) || key.startsWith("x-") || key === "nullable") continue;
    if (key === "properties" && isObject(value)) {
      schema[key] = Object.fromEntries(
        Object.entries(value)
          .filter(([, property]) => followed(root, property)["readOnly"] !== true)
          .map(([name, property]) => [name, inner(property)]),
      );
    } else if (key === "items") schema[key] = inner(value);
    else if ((key === "oneOf" || key === "anyOf") && Array.isArray(value)) {
      schema[key] = value.map(inner).filter(({ type }) => type !== "null");
    } else if (key === "additionalProperties") schema[key] = isObject(value) ? inner(value) : value;
    else schema[key] = value;
  }
  return closed(plainType(withoutNull(bounded(schema))));
}

/** `allOf` of objects as one object. */
function mergeAll(root: Schema, given: Schema, depth: number): Schema {
  if (!Array.isArray(given["allOf"]) || depth > depthMax) return given;
  const { allOf, ...own } = given;
  const parts = [...(allOf as unknown[]).map((part) => mergeAll(root, followed(root, part), depth + 1)), own];
  const properties = Object.assign({}, ...parts.map((part) => part["properties"] ?? {})) as Schema;
  const required = parts.flatMap((part) =>
    Array.isArray(part["required"]) ? (part["required"] as unknown[]) : [],
  );
  return {
    ...(Object.assign({}, ...parts) as Schema),
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required: [...new Set(required)] }),
  };
}

/** 3.0 says with a flag that a bound is left out; JSON Schema has a bound of its own for that. */
function bounded(schema: Schema): Schema {
  const { exclusiveMinimum, exclusiveMaximum, minimum, maximum, ...rest } = schema;
  return {
    ...rest,
    ...(typeof exclusiveMinimum === "number" && { exclusiveMinimum }),
    ...(typeof exclusiveMaximum === "number" && { exclusiveMaximum }),
    ...(minimum !== undefined && { [exclusiveMinimum === true ? "exclusiveMinimum" : "minimum"]: minimum }),
    ...(maximum !== undefined && { [exclusiveMaximum === true ? "exclusiveMaximum" : "maximum"]: maximum }),
  };
}

function withoutNull(schema: Schema): Schema {
  const { type, enum: values } = schema;
  const types = Array.isArray(type) ? type.filter((one) => one !== "null") : undefined;
  return {
    ...schema,
    ...(types !== undefined && { type: types.length === 1 ? types[0] : types }),
    ...(Array.isArray(values) && { enum: values.filter((value) => value !== null) }),
  };
}

const scalars = new Set(["string", "integer", "number", "boolean"]);

/** A choice among plain scalars is text or a number: a union's message would only say "invalid input". */
function plainType(schema: Schema): Schema {
  const choices = schema["oneOf"] ?? schema["anyOf"];
  const { oneOf: _one, anyOf: _any, ...rest } = schema;
  if (!Array.isArray(choices)) return schema;
  const [only] = choices as Schema[];
  if (choices.length === 1 && only !== undefined) return { ...rest, ...only };
  const types = (choices as Schema[]).map(({ type }) => type);
  if (!types.every((type) => typeof type === "string" && scalars.has(type))) return schema;
  return {
    ...rest,
    type: types.includes("string") ? "string" : types.includes("number") ? "number" : types[0],
  };
}

const closed = (schema: Schema): Schema =>
  isObject(schema["properties"]) && schema["additionalProperties"] === undefined
    ? { ...schema, type: "object", additionalProperties: false }
    : schema;
