import { z } from "zod";
import type { JsonObject } from "../core/json.ts";
import {
  type Ambiguity,
  type Choice,
  choiceCharsMax,
  choicesMax,
  type PendingCall,
  type Question,
} from "../core/question.ts";
import type { Tool } from "../core/tool.ts";
import { oneLine } from "./clean.ts";

type Fields = Pick<Tool, "input">;

/** A call that lacks nothing but arguments: which, and what its schema says of them. */
interface Lack {
  missing: string[];
  /** The schema's own words, where it has any: "name at least one change: stage, amount or close_date". */
  words: string[];
}

/** Arguments that a call lacks; nothing where anything else is wrong with it, which its refusal teaches better. */
export const lackOf = ({ input }: Fields, args: JsonObject): Lack | undefined => {
  const { issues } = input.safeParse(args).error ?? { issues: [] };
  const names = issues.map(({ path }) => (path.length === 1 ? String(path[0]) : undefined));
  const known = Object.keys(input.shape);
  const absent = names.every(
    (name) => name !== undefined && known.includes(name) && !Object.hasOwn(args, name),
  );
  if (names.length === 0 || !absent) return undefined;
  const words = issues.flatMap(({ code, message }) => (code === "custom" ? [message] : []));
  return { missing: [...new Set(names as string[])], words };
};

const propertySchema = z.looseObject({ type: z.unknown(), enum: z.array(z.unknown()).optional() });

/** The values of an argument that has few: each may be a button. */
export const fewValues = ({ input }: Fields, name: string): Choice[] => {
  const { properties } = z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as {
    properties?: Record<string, unknown>;
  };
  const property = propertySchema.safeParse(properties?.[name]).data;
  if (property?.type === "boolean") {
    return [
      { label: "Yes", value: true },
      { label: "No", value: false },
    ];
  }
  const values = property?.enum ?? [];
  const fits = values.every(
    (value) => (typeof value === "string" && value.length <= choiceCharsMax) || typeof value === "number",
  );
  return fits && values.length <= choicesMax
    ? values.map((value) => ({ label: String(value), value: value as string | number }))
    : [];
};

const plain = (name: string): string => name.replaceAll("_", " ");
const listed = new Intl.ListFormat("en-GB", { type: "conjunction" });

const soFar = (args: JsonObject): string => {
  const known = Object.entries(args).map(
    ([name, value]) => `${plain(name)} ${oneLine(JSON.stringify(value), 200)}`,
  );
  return known.length === 0 ? "" : ` So far: ${known.join(", ")}.`;
};

/** The question that a call with missing arguments becomes, made by code: nothing is guessed. */
export const askForMissing = (
  tool: Pick<Tool, "name" | "title" | "input">,
  args: JsonObject,
  { missing, words }: Lack,
): Question => {
  const wanted =
    words.length > 0 ? words.join("; ") : `I still need the ${listed.format(missing.map(plain))}`;
  const [only = ""] = missing;
  const call: PendingCall = { tool: tool.name, args, missing };
  return {
    text: `${tool.title}: ${wanted}.${soFar(args)}`,
    choices: missing.length === 1 ? fewValues(tool, only) : [],
    call,
  };
};

/** The question which of several things a name means; nothing where the tool has no such argument. */
export const askWhich = (
  tool: Pick<Tool, "name" | "input">,
  args: JsonObject,
  text: string,
  ambiguity: Ambiguity | undefined,
): Question | undefined => {
  if (ambiguity === undefined || !Object.hasOwn(tool.input.shape, ambiguity.argument)) return undefined;
  const choices = ambiguity.choices
    .slice(0, choicesMax)
    .map((choice) => ({ ...choice, label: oneLine(choice.label, choiceCharsMax) }));
  return { text, choices, call: { tool: tool.name, args, missing: [ambiguity.argument] } };
};
