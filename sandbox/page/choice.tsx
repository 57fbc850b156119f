import type { ReactElement } from "react";
import { Combo } from "./combo.tsx";
import { type Part, plainText, word } from "./drawn.tsx";
import { useNames } from "./people.ts";
import type { Option } from "./types.ts";

/** What a part of a form needs to be drawn and used. Values are texts; several are separated by commas. */
export interface ChoiceProps {
  readonly id: string;
  readonly element: Part;
  readonly label: string;
  readonly value: string;
  /** The words of what is chosen, where only the product knows the options. */
  readonly chosen: readonly Option[];
  readonly choose: (value: string) => void;
  /** Looks up options of an external select. */
  readonly look: (query: string) => Promise<readonly Option[]>;
  /** Id of the error or hint below it. */
  readonly describedBy?: string | undefined;
  readonly invalid?: boolean | undefined;
}

/** The parts that hold one or several of given choices; undefined for all other kinds. */
export function Choice(props: ChoiceProps): ReactElement | undefined {
  const names = useNames();
  const { element } = props;
  const options = optionsOf(element);
  switch (element["type"]) {
    case "static_select":
      return <Select {...props} options={options} />;
    case "users_select":
      return <Select {...props} options={names.everyone} />;
    case "conversations_select":
    case "channels_select":
      return <Select {...props} options={names.places} />;
    case "multi_static_select":
    case "checkboxes":
      return <Ticks {...props} options={options} />;
    case "multi_users_select":
      return <Ticks {...props} options={names.everyone} />;
    case "multi_conversations_select":
    case "multi_channels_select":
      return <Ticks {...props} options={names.places} />;
    case "radio_buttons":
      return <Ticks {...props} options={options} one />;
    case "external_select":
      return <Combo {...props} />;
    case "multi_external_select":
      return <Combo {...props} several />;
    default:
      return undefined;
  }
}

const optionsOf = (element: Part): readonly Option[] =>
  (element["options"] as Option[] | undefined) ??
  (element["option_groups"] as { options: Option[] }[] | undefined)?.flatMap((group) => group.options) ??
  [];

interface Listed extends ChoiceProps {
  readonly options: readonly Option[];
}

function Select({ id, element, label, value, choose, options, describedBy, invalid }: Listed): ReactElement {
  return (
    <select
      id={id}
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      value={value}
      onChange={(event) => choose(event.target.value)}
    >
      <option value="">{plainText(element["placeholder"]) || "Choose…"}</option>
      {options.map((one) => (
        <option key={one.value} value={one.value}>
          {word(one.text.text)}
        </option>
      ))}
    </select>
  );
}

function Ticks(props: Listed & { readonly one?: boolean }): ReactElement {
  const { id, label, value, choose, options, describedBy, one = false } = props;
  const now = value.split(",").filter((each) => each !== "");
  const toggled = (each: string): string => {
    if (one) return each;
    return (now.includes(each) ? now.filter((other) => other !== each) : [...now, each]).join(",");
  };
  return (
    <div
      className="ticks"
      id={id}
      role={one ? "radiogroup" : "group"}
      aria-label={label}
      aria-describedby={describedBy}
    >
      {options.map((option) => (
        <label key={option.value}>
          <input
            type={one ? "radio" : "checkbox"}
            name={id}
            checked={now.includes(option.value)}
            onChange={() => choose(toggled(option.value))}
          />
          <span>
            {option.text.text}
            {option.description && <small>{option.description.text}</small>}
          </span>
        </label>
      ))}
    </div>
  );
}
