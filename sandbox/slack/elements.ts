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

const optionsOf = (element: Element): Element[] => {
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

/** The fields that tell what was chosen, by the kind of element. */
function picked(element: Element, value: string | undefined): Record<string, unknown> {
  const option = optionsOf(element).find((each) => each["value"] === value) ?? null;
  const several = (value ?? "").split(",").filter((each) => each !== "");
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
    case "static_select":
    case "radio_buttons":
    case "overflow":
    case "external_select":
      return { selected_option: option };
    case "multi_static_select":
    case "checkboxes":
      return {
        selected_options: optionsOf(element).filter((each) => several.includes(String(each["value"]))),
      };
    case "users_select":
      return { selected_user: value };
    case "channels_select":
      return { selected_channel: value };
    case "conversations_select":
      return { selected_conversation: value };
    case "multi_users_select":
      return { selected_users: several };
    case "datepicker":
      return { selected_date: value };
    case "timepicker":
      return { selected_time: value };
    case "datetimepicker":
      return { selected_date_time: Number(value) };
    default:
      return { value };
  }
}

/** What stands in `state.values` of a message: every part that holds a choice, with its initial one. */
export function stateOf(blocks: readonly Block[]): Record<string, Record<string, unknown>> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const held = heldBy(element);
      if (held === undefined || block.block_id === undefined) continue;
      values[block.block_id] = { ...values[block.block_id], [String(element["action_id"])]: held };
    }
  }
  return values;
}

function heldBy(element: Element): Record<string, unknown> | undefined {
  const type = String(element["type"]);
  switch (type) {
    case "static_select":
    case "radio_buttons":
    case "external_select":
      return { type, selected_option: element["initial_option"] ?? null };
    case "multi_static_select":
    case "checkboxes":
      return { type, selected_options: element["initial_options"] ?? [] };
    case "users_select":
      return { type, selected_user: element["initial_user"] ?? null };
    case "datepicker":
      return { type, selected_date: element["initial_date"] ?? null };
    case "plain_text_input":
    case "number_input":
      return { type, value: element["initial_value"] ?? null };
    default:
      return undefined;
  }
}
