import { elementsOf } from "./blocks.ts";
import { ControlError } from "./slack-error.ts";
import type { Block } from "./types.ts";

/** Which part of a message a person acts on. `value`: of several that share the action_id, or the option they pick. */
export interface Target {
  readonly action_id: string;
  readonly block_id?: string | undefined;
  readonly value?: string | undefined;
}

type Element = Readonly<Record<string, unknown>>;

/** The entry of `actions` in a block_actions payload for a person's act, or a ControlError that names what there is. */
export function actionOf(
  blocks: readonly Block[],
  target: Target,
  actionTs: string,
): Record<string, unknown> {
  const all = blocks.flatMap((block) =>
    elementsOf(block).map((element) => ({ element, block_id: block.block_id })),
  );
  const named = all.filter(
    ({ element, block_id }) =>
      element["action_id"] === target.action_id &&
      (target.block_id === undefined || block_id === target.block_id),
  );
  const found = named.find(({ element }) => target.value === undefined || offers(element, target.value));
  if (!found) {
    const there = all.flatMap(({ element }) =>
      element["action_id"] === undefined ? [] : [describe(element)],
    );
    throw new ControlError(
      `nothing like ${describe({ ...target })} in this message: there are ${there.join(", ") || "no such parts"}`,
    );
  }
  const { element, block_id } = found;
  return {
    action_id: target.action_id,
    block_id,
    type: element["type"],
    ...picked(element, target.value),
    action_ts: actionTs,
  };
}

const describe = ({ action_id, value }: Element) =>
  typeof value === "string" ? `${String(action_id)} (value ${value})` : String(action_id);

/** The options that an element lists itself, grouped or not. */
export const optionsOf = (element: Element): Element[] => {
  const groups = (element["option_groups"] as { options: Element[] }[] | undefined)?.flatMap(
    (group) => group.options,
  );
  return (element["options"] as Element[] | undefined) ?? groups ?? [];
};

const feedbackOf = (element: Element): Element[] =>
  [element["positive_button"], element["negative_button"]].filter(
    (button): button is Element => typeof button === "object" && button !== null,
  );

/** Whether acting on an element can give this value. */
function offers(element: Element, value: string): boolean {
  const fixed = [...optionsOf(element), ...feedbackOf(element)];
  if (fixed.length > 0)
    return value.split(",").every((each) => fixed.some((choice) => choice["value"] === each));
  return element["value"] === undefined ? element["type"] !== "button" : element["value"] === value;
}

/** What a part that holds a choice keeps: the field of its value, that of its initial one, and the value's kind. */
interface Holding {
  readonly field: string;
  readonly initial: string;
  readonly kind: "text" | "number" | "option" | "options" | "list" | "rich";
}

const holding = (field: string, initial: string, kind: Holding["kind"]): Holding => ({
  field,
  initial,
  kind,
});
const TEXT = holding("value", "initial_value", "text");
const ONE = holding("selected_option", "initial_option", "option");
const SEVERAL = holding("selected_options", "initial_options", "options");

const HOLDINGS: Readonly<Record<string, Holding>> = {
  plain_text_input: TEXT,
  number_input: TEXT,
  email_text_input: TEXT,
  url_text_input: TEXT,
  rich_text_input: holding("rich_text_value", "initial_value", "rich"),
  file_input: holding("files", "initial_files", "list"),
  static_select: ONE,
  external_select: ONE,
  radio_buttons: ONE,
  multi_static_select: SEVERAL,
  multi_external_select: SEVERAL,
  checkboxes: SEVERAL,
  users_select: holding("selected_user", "initial_user", "text"),
  multi_users_select: holding("selected_users", "initial_users", "list"),
  conversations_select: holding("selected_conversation", "initial_conversation", "text"),
  multi_conversations_select: holding("selected_conversations", "initial_conversations", "list"),
  channels_select: holding("selected_channel", "initial_channel", "text"),
  multi_channels_select: holding("selected_channels", "initial_channels", "list"),
  datepicker: holding("selected_date", "initial_date", "text"),
  timepicker: holding("selected_time", "initial_time", "text"),
  datetimepicker: holding("selected_date_time", "initial_date_time", "number"),
};

/** The fields that tell what was chosen, by the kind of element. */
function picked(element: Element, value: string | undefined): Record<string, unknown> {
  switch (element["type"]) {
    case "button":
    case "icon_button": {
      const { text, value: own, url, style } = element;
      return {
        text,
        ...(own !== undefined && { value: own }),
        ...(url !== undefined && { url }),
        ...(style !== undefined && { style }),
      };
    }
    case "feedback_buttons":
      return feedbackOf(element).find((each) => each["value"] === value) ?? {};
    case "overflow":
      return { selected_option: optionsOf(element).find((each) => each["value"] === value) ?? null };
    default:
      return entryOf(element, value) ?? { value };
  }
}

/**
 * What a part holds once a person chose `value` (several: separated by commas), as in `state.values` but without the
 * type; undefined for parts that hold nothing. `offered` are the options that were looked up for it.
 */
export function entryOf(
  element: Element,
  value: string | undefined,
  offered: readonly Element[] = optionsOf(element),
): Record<string, unknown> | undefined {
  const held = HOLDINGS[String(element["type"])];
  if (!held) return undefined;
  const several = (value ?? "").split(",").filter((each) => each !== "");
  switch (held.kind) {
    case "text":
      return { [held.field]: value === "" ? null : (value ?? null) };
    case "rich":
      return { [held.field]: value ? JSON.parse(value) : null };
    case "number":
      return { [held.field]: value ? Number(value) : null };
    case "list":
      return { [held.field]: several };
    case "option":
      return { [held.field]: offered.find((each) => each["value"] === value) ?? null };
    case "options":
      return { [held.field]: offered.filter((each) => several.includes(String(each["value"]))) };
    default:
      return held.kind satisfies never;
  }
}

/** What stands in `state.values` of a message or view: every part that holds a choice, with its initial one. */
export function stateOf(blocks: readonly Block[]): Record<string, Record<string, unknown>> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const type = String(element["type"]);
      const held = HOLDINGS[type];
      if (held === undefined || block.block_id === undefined) continue;
      const empty = held.kind === "list" || held.kind === "options" ? [] : null;
      values[block.block_id] = {
        ...values[block.block_id],
        [String(element["action_id"])]: { type, [held.field]: element[held.initial] ?? empty },
      };
    }
  }
  return values;
}
