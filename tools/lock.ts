import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { z } from "zod";
import canonicalize from "canonicalize";
import { TerminalError, messageOf } from "../src/core/errors.ts";

/** What was looked at when a tool from outside was accepted. */
export interface Definition {
  name: string;
  description: string;
  /** JSON Schema of the arguments as a model sees them. */
  schema: unknown;
  /** The definition as the other side gives it: an OpenAPI operation without its prose, an MCP tool as listed. */
  foreign: unknown;
}

/** What a lock says of one tool. */
interface LockEntry {
  /** The reviewed file that lists it: `apis/payments.yml`. */
  file: string;
  /** `pinOf` its definition when it was accepted. */
  pin: string;
}

/** Accepted definitions by tool name. */
export type Lock = Record<string, LockEntry>;

const lockSchema = z.record(
  z.string(),
  z.strictObject({ file: z.string(), pin: z.string().regex(/^sha256:[0-9a-f]{64}$/, "is no pin") }),
);

/** `sha256:…` over the RFC 8785 form of a definition: any change of it makes another pin. */
export const pinOf = (definition: Definition): string =>
  `sha256:${createHash("sha256")
    .update("steward.pin.1\n")
    .update(canonicalize(definition) ?? "")
    .digest("hex")}`;

/** Reads a `tools.lock`; one that is not there holds nothing. Throws where it cannot be understood: nothing is guessed about pins. */
export function readLock(file: string): Lock {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new TerminalError("tools_lock", `${file} cannot be read (${messageOf(error)}).`);
  }
  const parsed = lockSchema.safeParse(yamlOf(text, file) ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TerminalError(
    "tools_lock",
    `${file}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is not a lock"}. Take it from version control, or remove the entry and run 'steward tool accept'.`,
  );
}

const yamlOf = (text: string, file: string): unknown => {
  try {
    return parse(text);
  } catch (error) {
    throw new TerminalError(
      "tools_lock",
      `${file} is not YAML (${messageOf(error).split("\n")[0]}). Take it from version control.`,
    );
  }
};

const head =
  "# Definitions of tools from outside, as they were accepted. A tool whose definition is another now is switched off\n" +
  "# until somebody looks at it: steward tool accept <name>. Written by that command; reviewed like code.\n";

/** A lock as text, sorted by name so that a review shows what changed. */
export const printLock = (lock: Lock): string => {
  const sorted = Object.fromEntries(Object.entries(lock).sort(([a], [b]) => a.localeCompare(b)));
  return `${head}${Object.keys(sorted).length === 0 ? "{}\n" : stringify(sorted)}`;
};

/** A tool from outside, as it is defined now. */
export interface Pinned {
  name: string;
  file: string;
  pin: string;
}

/** What the locks say of tools: as accepted, seen for the first time, or changed since. */
export interface PinCheck<T extends Pinned> {
  accepted: T[];
  /** In no lock: listed with labels in a reviewed file, so they are pinned now. */
  fresh: T[];
  /** To be left out until accepted. */
  changed: { tool: T; was: string }[];
}

/** Compares definitions with what was accepted, in any of the locks: what the reviewed one says, and what was seen here. */
export function checkPins<T extends Pinned>(tools: readonly T[], ...locks: readonly Lock[]): PinCheck<T> {
  const check: PinCheck<T> = { accepted: [], fresh: [], changed: [] };
  for (const tool of tools) {
    const pins = locks.flatMap((lock) =>
      Object.hasOwn(lock, tool.name) ? [lock[tool.name]?.pin ?? ""] : [],
    );
    const [was] = pins;
    if (was === undefined) check.fresh.push(tool);
    else if (pins.includes(tool.pin)) check.accepted.push(tool);
    else check.changed.push({ tool, was });
  }
  return check;
}
