import type { ArgumentType, Method } from "./methods.ts";
import { SlackError } from "./slack-error.ts";

/** The checked arguments of one call, read by name. */
export class Arguments {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: ReadonlyMap<string, unknown>) {
    this.#values = values;
  }

  /** A required text: parsing has already refused calls without it. */
  text(name: string): string {
    return this.optional(name) ?? "";
  }

  /** A text, or undefined where it was left out. */
  optional(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  /** False where it was left out. */
  flag(name: string): boolean {
    return this.#values.get(name) === true;
  }

  /** A yes or no that may be left out. */
  choice(name: string): boolean | undefined {
    const value = this.#values.get(name);
    return typeof value === "boolean" ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.#values.get(name);
    return typeof value === "number" ? value : undefined;
  }

  /** An object or list; undefined where it was left out. */
  json(name: string): unknown {
    return this.#values.get(name);
  }
}

/** Taken by every method: Bolt adds the team of the event to each call, for tokens of whole organisations. */
const EVERYWHERE = new Set(["token", "team_id"]);

/**
 * Checks a call's arguments against the table. Unknown names, wrong types and missing ones are refused as
 * `invalid_arguments`, with Slack's own style of message for each.
 */
export function parseArguments(method: Method, given: Readonly<Record<string, unknown>>): Arguments {
  const types: Readonly<Record<string, ArgumentType>> = { ...method.required, ...method.optional };
  const problems: string[] = [];
  const values = new Map<string, unknown>();
  for (const [name, raw] of Object.entries(given)) {
    if (raw === null || raw === undefined || (EVERYWHERE.has(name) && !Object.hasOwn(types, name))) continue;
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined) {
      problems.push(`[ERROR] unknown argument [json-pointer:/${name}]`);
      continue;
    }
    const value = coerce(type, raw);
    if (value === undefined) problems.push(`[ERROR] must be a ${type} [json-pointer:/${name}]`);
    else values.set(name, value);
  }
  for (const name of Object.keys(method.required)) {
    if (!(name in given) || (values.get(name) === "" && name !== "status")) {
      problems.push(`[ERROR] missing required field: ${name} [json-pointer:]`);
    }
  }
  if (problems.length > 0) throw invalidArguments(problems);
  return new Arguments(values);
}

/** The refusal of arguments, with a message for each. */
export const invalidArguments = (messages: readonly string[]): SlackError =>
  new SlackError("invalid_arguments", {
    violation: messages.join("; "),
    extra: { response_metadata: { messages } },
  });

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  ["true", true],
  ["1", true],
  [1, true],
  [false, false],
  ["false", false],
  ["0", false],
  [0, false],
]);

/** The value as its type, or undefined where it is not of it. */
function coerce(type: ArgumentType, raw: unknown): unknown {
  switch (type) {
    case "string":
      return typeof raw === "string" ? raw : undefined;
    case "boolean":
      return BOOLEANS.get(raw);
    case "number":
      return finite(raw);
    case "json":
      return typeof raw === "object" ? raw : structured(raw);
    default:
      return type satisfies never;
  }
}

function finite(raw: unknown): number | undefined {
  const value = typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** A list or object from JSON text. */
function structured(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
