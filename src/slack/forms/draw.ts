import type { InputBlock, KnownBlock, PlainTextOption } from "@slack/types";
import type { JsonObject } from "../../core/json.ts";
import { clip, visible } from "../markdown/safe-text.ts";
import { blockId, pickId, valueId } from "./ids.ts";
import { pieceMax, pieces, piecesMax } from "./pieces.ts";
import type { Field, Fixed } from "./schema.ts";

type Element = InputBlock["element"];

/** What a form shows, and what of the given arguments it could not take over. */
export interface Drawn {
  blocks: KnownBlock[];
  /** Names of arguments whose given value fits no field: asked for anew, and said. */
  left: string[];
}

const plain = (text: string, max: number) =>
  ({ type: "plain_text", text: clip(visible(text).trim() || "-", max), emoji: false }) as const;

const option = (label: string, value: string): PlainTextOption => ({ text: plain(label, 75), value });

const words: Record<string, string> = { true: "Yes", false: "No" };
const fixedOption = (value: Fixed): PlainTextOption =>
  option(typeof value === "boolean" ? (words[String(value)] ?? "") : String(value), JSON.stringify(value));

const isDay = (value: unknown): value is string =>
  typeof value === "string" &&
  /^\d{4}-\d\d-\d\d$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString().startsWith(value);

const isSlackId = (value: unknown): value is string =>
  typeof value === "string" && /^[A-Z][A-Z0-9]{2,30}$/.test(value);

const everyOne = <T>(value: unknown, is: (one: unknown) => one is T): value is T[] =>
  Array.isArray(value) && value.length > 0 && value.every(is);

const isOptionValue = (value: unknown): value is string =>
  typeof value === "string" && value.trim() !== "" && value.length <= 150;

const isPlainNumber = (value: unknown): value is number =>
  typeof value === "number" && /^-?\d+(\.\d+)?$/.test(String(value));

/** The elements of a text field, one for each piece, and an empty one behind where more may be written. */
const textElements = (text: string, max = Infinity): Element[] | undefined => {
  const given = text === "" ? [] : pieces(text);
  if (given === undefined || given.some((piece) => piece.trim() === "")) return undefined;
  const spare = given.length === 0 || (max > pieceMax && given.length < piecesMax) ? 1 : 0;
  const several = given.length + spare > 1 || max > pieceMax || text.includes("\n");
  const most = several ? pieceMax : Math.min(max, pieceMax);
  return [...given, ...Array.from({ length: spare }, () => "")].map((piece) => ({
    type: "plain_text_input",
    action_id: valueId,
    multiline: several,
    max_length: Math.max(most, piece.length),
    ...(piece !== "" && { initial_value: piece }),
  }));
};

const linesOf = (value: unknown, of: "text" | "number"): string | undefined => {
  if (value === undefined) return "";
  if (of === "number") return everyOne(value, isPlainNumber) ? value.join("\n") : undefined;
  const isLine = (one: unknown): one is string =>
    typeof one === "string" && one.trim() === one && one !== "" && !/[\r\n]/.test(one);
  return everyOne(value, isLine) ? value.join("\n") : undefined;
};

const written = (value: unknown): string | undefined => {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
};

/** One element with what is known; `undefined` where what is known fits no such element. */
const elementsFor = (field: Field, known: unknown): Element[] | undefined => {
  const action = { action_id: valueId };
  const given = known !== undefined;
  switch (field.kind) {
    case "text": {
      const text = written(known);
      return text === undefined ? undefined : textElements(text, field.max);
    }
    case "lines": {
      const text = linesOf(known, field.of);
      return text === undefined ? undefined : textElements(text);
    }
    case "json":
      return textElements(given ? JSON.stringify(known) : "");
    case "number":
      if (given && !isPlainNumber(known)) return undefined;
      return [
        {
          ...{ type: "number_input", ...action, is_decimal_allowed: !field.integer },
          ...(given && { initial_value: String(known) }),
          ...(isPlainNumber(field.min) && { min_value: String(field.min) }),
          ...(isPlainNumber(field.max) && { max_value: String(field.max) }),
        },
      ];
    case "choice": {
      const options = field.values.map(fixedOption);
      const chosen = options.find(({ value }) => value === JSON.stringify(known));
      if (given && chosen === undefined) return undefined;
      return [{ type: "static_select", ...action, options, ...(chosen && { initial_option: chosen }) }];
    }
    case "choices": {
      const options = field.values.map(fixedOption);
      const wanted = Array.isArray(known) ? known.map((one) => JSON.stringify(one)) : [];
      const chosen = wanted.flatMap((one) => options.find(({ value }) => value === one) ?? []);
      if (given && (chosen.length === 0 || chosen.length !== wanted.length)) return undefined;
      return [
        {
          ...{ type: "multi_static_select", ...action, options },
          ...(chosen.length > 0 && { initial_options: chosen }),
        },
      ];
    }
    case "date":
      if (given && !isDay(known)) return undefined;
      return [{ type: "datepicker", ...action, ...(isDay(known) && { initial_date: known }) }];
    case "person":
      if (given && !isSlackId(known)) return undefined;
      return [{ type: "users_select", ...action, ...(isSlackId(known) && { initial_user: known }) }];
    case "people":
      if (given && !everyOne(known, isSlackId)) return undefined;
      return [
        {
          ...{ type: "multi_users_select", ...action },
          ...(everyOne(known, isSlackId) && { initial_users: known }),
        },
      ];
    case "channel":
      if (given && !isSlackId(known)) return undefined;
      return [
        {
          ...{ type: "conversations_select", ...action, filter: channels },
          ...(isSlackId(known) && { initial_conversation: known }),
        },
      ];
    case "channels":
      if (given && !everyOne(known, isSlackId)) return undefined;
      return [
        {
          ...{ type: "multi_conversations_select", ...action, filter: channels },
          ...(everyOne(known, isSlackId) && { initial_conversations: known }),
        },
      ];
    case "lookup":
      if (given && !isOptionValue(known)) return undefined;
      return [
        {
          ...{ type: "external_select", action_id: pickId(field.name), min_query_length: 0 },
          ...(isOptionValue(known) && { initial_option: option(known, known) }),
        },
      ];
    case "lookups":
      if (given && !everyOne(known, isOptionValue)) return undefined;
      return [
        {
          ...{ type: "multi_external_select", action_id: pickId(field.name), min_query_length: 0 },
          ...(everyOne(known, isOptionValue) && { initial_options: known.map((one) => option(one, one)) }),
        },
      ];
    default:
      return field satisfies never;
  }
};

const channels = { include: ["public" as const, "private" as const], exclude_bot_users: true };

const blocksFor = (field: Field, elements: readonly Element[]): InputBlock[] =>
  elements.map((element, part) => ({
    type: "input",
    block_id: blockId(field.name, part),
    // Only the first piece of a long text must be there.
    optional: !field.required || part > 0,
    label: plain(part === 0 ? field.label : `${field.label}, continued`, 150),
    element,
    ...(part === 0 && field.hint !== undefined && { hint: plain(field.hint, 300) }),
  }));

/**
 * The fields of a form, filled in with what is known. Nothing is cut: a text longer than a field is spread over several,
 * and a value that no field can show is left to be given anew and named in `left`.
 */
export const drawFields = (fields: readonly Field[], known: JsonObject): Drawn => {
  const left: string[] = [];
  const blocks = fields.flatMap((field) => {
    const value =
      Object.hasOwn(known, field.name) && known[field.name] !== "" ? known[field.name] : undefined;
    const filled = elementsFor(field, value);
    if (filled === undefined) left.push(field.name);
    return blocksFor(field, filled ?? elementsFor(field, undefined) ?? []);
  });
  return { blocks, left };
};
