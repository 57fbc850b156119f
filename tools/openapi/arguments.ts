import { z } from "zod";
import type { Json, JsonObject } from "../../src/core/json.ts";
import type { Operation, Parameter } from "./document.ts";
import type { OperationSpec } from "./file.ts";
import type { Schema } from "./schema.ts";

/** An argument of a tool: what people and models call it, and what becomes of it. */
export interface Argument {
  /** The tool's name for it. */
  name: string;
  parameter: Parameter;
  description: string;
}

/** How a tool's arguments become an operation's. */
export interface Arguments {
  shown: Argument[];
  /** Sent always, given by nobody. */
  pinned: { parameter: Parameter; value: Json }[];
}

/** What is wrong with a file's `args`, by the key below it. */
export interface ArgumentProblem {
  key: readonly string[];
  message: string;
}

const describedCharsMax = 300;

/** Names as models may see them: `range[start]` is `range_start`. */
const plainName = (name: string): string =>
  name
    .replaceAll(/[^\w]+/g, "_")
    .replace(/^[_\d]+/, "")
    .replace(/_+$/, "") || "value";

/** Headers are nobody's to give: a file pins those it needs. */
const givable = ({ in: where }: Parameter): boolean => where !== "header";

/** Settles which arguments a tool has. Problems are collected. */
export function argumentsOf(
  operation: Operation,
  { args, marker }: OperationSpec,
  problems: ArgumentProblem[],
): Arguments {
  const { parameters } = operation;
  const all = parameters.map(({ name }) => name);
  for (const key of ["only", "hide"] as const) {
    for (const name of args[key] ?? []) if (!all.includes(name)) problems.push(unknown([key], name, all));
  }
  for (const key of ["pin", "rename", "describe"] as const) {
    for (const name of Object.keys(args[key] ?? {}))
      if (!all.includes(name)) problems.push(unknown([key, name], name, all));
  }
  if (marker !== undefined && !all.includes(marker)) problems.push(unknown([], marker, all));
  const pins = args.pin ?? {};
  const pinned = parameters.flatMap((parameter) => {
    const value = Object.hasOwn(pins, parameter.name) ? pins[parameter.name] : undefined;
    if (value === undefined) return [];
    if (!zodOf(parameter.schema).safeParse(value).success) {
      const message = `${JSON.stringify(value)} is not what ${parameter.name} takes: ${JSON.stringify(parameter.schema).slice(0, 120)}.`;
      problems.push({ key: ["pin", parameter.name], message });
    }
    return [{ parameter, value }];
  });
  const shown = parameters
    .filter(
      (parameter) =>
        givable(parameter) &&
        !Object.hasOwn(pins, parameter.name) &&
        parameter.name !== marker &&
        (args.only?.includes(parameter.name) ?? true) &&
        args.hide?.includes(parameter.name) !== true,
    )
    .map((parameter) => ({
      name: args.rename?.[parameter.name] ?? plainName(parameter.name),
      parameter,
      description: (args.describe?.[parameter.name] ?? parameter.description).slice(0, describedCharsMax),
    }));
  problems.push(...missing(operation, shown, Object.keys(pins), marker), ...twice(shown));
  return { shown, pinned };
}

const unknown = (key: readonly string[], name: string, known: readonly string[]): ArgumentProblem => ({
  key,
  message: `the operation has no argument '${name}'. It has: ${known.join(", ") || "none"}.`,
});

function missing(
  operation: Operation,
  shown: readonly Argument[],
  pinned: readonly string[],
  marker: string | undefined,
): ArgumentProblem[] {
  const given = new Set([...shown.map(({ parameter }) => parameter.name), ...pinned, marker]);
  const lacking = operation.parameters.filter(({ name, required }) => required && !given.has(name));
  return [
    ...lacking.map((parameter) => ({
      key: [],
      message: givable(parameter)
        ? `'${parameter.name}' is required by the operation: show it or pin it.`
        : `the header '${parameter.name}' is required by the operation: pin it.`,
    })),
    ...(operation.body === "other" && operation.bodyRequired
      ? [
          {
            key: [],
            message: "the operation takes a body that is no JSON object, which Steward cannot write.",
          },
        ]
      : []),
  ];
}

const twice = (shown: readonly Argument[]): ArgumentProblem[] =>
  shown
    .filter(({ name }, at) => shown.findIndex((other) => other.name === name) !== at)
    .map(({ name, parameter }) => ({
      key: ["rename"],
      message: `two arguments would be called '${name}': rename or hide the one in the ${parameter.in}.`,
    }));

/** The flat object that models and people fill in. `detail` is added where a tool answers in two lengths. */
export function inputOf(shown: readonly Argument[], detail: boolean): z.ZodObject {
  const shape = shown.map(({ name, parameter, description }) => {
    const type = zodOf(parameter.schema);
    const hint = formatOf(parameter.schema)?.hint;
    const plain = description === "" ? `The ${name.replaceAll("_", " ")}` : description;
    const said = hint === undefined || plain.includes(hint) ? plain : `${plain} (${hint})`;
    return [name, (parameter.required ? type : type.optional()).describe(said)] as const;
  });
  return z.strictObject({
    ...Object.fromEntries(shape),
    ...(detail && {
      detail: z.enum(["short", "full"]).describe("Left out: short").optional(),
    }),
  });
}

/**
 * One argument's type. Forms give text and models give numbers, each for the other: both are taken. A schema that zod
 * cannot take is left to the system to judge.
 */
function zodOf(schema: Schema): z.ZodType {
  const type = typed(schema);
  switch (schema["type"]) {
    case "string":
      return z.preprocess((value) => (typeof value === "number" ? String(value) : value), type);
    case "integer":
    case "number":
      return z.preprocess(
        (value) =>
          typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value,
        type,
      );
    case "boolean":
      return z.preprocess((value) => (value === "true" ? true : value === "false" ? false : value), type);
    default:
      return type;
  }
}

/**
 * Formats that are worth checking before a system is asked, in words. As a JSON Schema they would be patterns of hundreds of
 * characters that each model call pays for, so a model is told in the description instead.
 */
const formats: Record<string, { hint: string; fits(text: string): boolean }> = {
  date: { hint: "YYYY-MM-DD", fits: (text) => z.iso.date().safeParse(text).success },
  "date-time": {
    hint: "ISO 8601 with its zone, such as 2026-11-20T09:30:00Z",
    fits: (text) => z.iso.datetime({ offset: true }).safeParse(text).success,
  },
  email: { hint: "an e-mail address", fits: (text) => z.email().safeParse(text).success },
  uuid: { hint: "a UUID", fits: (text) => z.guid().safeParse(text).success },
};

const formatOf = ({ type, format }: Schema) =>
  type === "string" && typeof format === "string" && Object.hasOwn(formats, format)
    ? formats[format]
    : undefined;

function typed(given: Schema): z.ZodType {
  const { format: _, ...schema } = given;
  const format = formatOf(given);
  const type = fromSchema(schema);
  return format === undefined
    ? type
    : type.refine((value) => typeof value === "string" && format.fits(value), `expected ${format.hint}`);
}

function fromSchema(schema: Schema): z.ZodType {
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    return z.json();
  }
}

/** An operation's own arguments from a tool's. What was not given is not sent. */
export function sent(
  { shown, pinned }: Arguments,
  args: JsonObject,
  marker?: { name: string; value: string },
): JsonObject {
  return Object.fromEntries([
    ...shown.flatMap(({ name, parameter }) => {
      const value = args[name];
      return value === undefined ? [] : [[parameter.name, value] as const];
    }),
    ...pinned.map(({ parameter, value }) => [parameter.name, value] as const),
    ...(marker === undefined ? [] : [[marker.name, marker.value] as const]),
  ]);
}
