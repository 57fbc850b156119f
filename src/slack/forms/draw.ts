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

/** Submitting confirms what is seen: nothing may hide in a field. */
const isPlain = (text: string): boolean => visible(text) === text;

/** An option shows its value whole. */
const isOptionValue = (value: unknown): value is string =>
  typeof value === "string" && value.trim() === value && value !== "" && value.length <= 75 && isPlain(value);

const isPlainNumber = (value: unknown): value is number =>
  typeof value === "number" && /^-?\d+(\.\d+)?$/.test(String(value));

/** The elements of a text field, one for each piece, and an empty one behind where more may be written. */
const textElements = (text: string, max = Infinity): Element[] | undefined => {
  const given = text === "" ? [] : pieces(text);
  if (given === undefined || given.some((piece) => piece.trim() === "" || !isPlain(piece))) return undefined;
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

const channels = { include: ["public" as const, "private" as const], exclude_bot_users: true };
const action = { action_id: valueId };

/** Elements with what is known, by kind; `undefined` where what is known fits no such element. */
type Elements<Kind extends Field["kind"]> = (
  field: Extract<Field, { kind: Kind }>,
  known: unknown,
) => Element[] | undefined;

/** One element that holds `known` where it is given, and only where it may. */
const holding = <T>(known: unknown, is: (value: unknown) => value is T, make: (value?: T) => Element) => {
  if (known === undefined) return [make()];
  return is(known) ? [make(known)] : undefined;
};

const several =
  <T>(is: (one: unknown) => one is T) =>
  (value: unknown): value is T[] =>
    everyOne(value, is);

const menus: { choice: Elements<"choice">; choices: Elements<"choices"> } = {
  choice: ({ values }, known) => {
    const options = values.map(fixedOption);
    const chosen = options.find(({ value }) => value === JSON.stringify(known));
    if (known !== undefined && chosen === undefined) return undefined;
    return [{ type: "static_select", ...action, options, ...(chosen && { initial_option: chosen }) }];
  },
  choices: ({ values }, known) => {
    const options = values.map(fixedOption);
    const wanted = Array.isArray(known) ? known.map((one) => JSON.stringify(one)) : [];
    const chosen = wanted.flatMap((one) => options.find(({ value }) => value === one) ?? []);
    if (known !== undefined && (chosen.length === 0 || chosen.length !== wanted.length)) return undefined;
    const given = chosen.length > 0 && { initial_options: chosen };
    return [{ type: "multi_static_select", ...action, options, ...given }];
  },
};

const drawn: { [Kind in Field["kind"]]: Elements<Kind> } = {
  ...menus,
  text: ({ max }, known) => {
    const text = written(known);
    return text === undefined ? undefined : textElements(text, max);
  },
  lines: ({ of }, known) => {
    const text = linesOf(known, of);
    return text === undefined ? undefined : textElements(text);
  },
  json: (_, known) => textElements(known === undefined ? "" : JSON.stringify(known)),
  number: ({ integer, min, max }, known) =>
    holding(known, isPlainNumber, (value) => ({
      ...{ type: "number_input", ...action, is_decimal_allowed: !integer },
      ...(value !== undefined && { initial_value: String(value) }),
      ...(isPlainNumber(min) && { min_value: String(min) }),
      ...(isPlainNumber(max) && { max_value: String(max) }),
    })),
  date: (_, known) =>
    holding(known, isDay, (day) => ({
      ...{ type: "datepicker", ...action },
      ...(day !== undefined && { initial_date: day }),
    })),
  person: (_, known) =>
    holding(known, isSlackId, (user) => ({
      ...{ type: "users_select", ...action },
      ...(user !== undefined && { initial_user: user }),
    })),
  people: (_, known) =>
    holding(known, several(isSlackId), (users) => ({
      ...{ type: "multi_users_select", ...action },
      ...(users !== undefined && { initial_users: users }),
    })),
  channel: (_, known) =>
    holding(known, isSlackId, (channel) => ({
      ...{ type: "conversations_select", ...action, filter: channels },
      ...(channel !== undefined && { initial_conversation: channel }),
    })),
  channels: (_, known) =>
    holding(known, several(isSlackId), (all) => ({
      ...{ type: "multi_conversations_select", ...action, filter: channels },
      ...(all !== undefined && { initial_conversations: all }),
    })),
  lookup: ({ name }, known) =>
    // A number that was typed, such as an id, is a text here.
    holding(typeof known === "number" ? String(known) : known, isOptionValue, (value) => ({
      ...{ type: "external_select", action_id: pickId(name), min_query_length: 0 },
      ...(value !== undefined && { initial_option: option(value, value) }),
    })),
  lookups: ({ name }, known) =>
    holding(known, several(isOptionValue), (values) => ({
      ...{ type: "multi_external_select", action_id: pickId(name), min_query_length: 0 },
      ...(values !== undefined && { initial_options: values.map((one) => option(one, one)) }),
    })),
};

const elementsFor = (field: Field, known: unknown): Element[] | undefined =>
  (drawn[field.kind] as (field: Field, known: unknown) => Element[] | undefined)(field, known);

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
