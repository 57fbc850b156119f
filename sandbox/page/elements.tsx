import { useContext, useId, useState, type ReactElement, type ReactNode } from "react";
import { Choice } from "./choice.tsx";
import { type Part, plainText, word } from "./drawn.tsx";
import { FormContext, heldOptions, heldText } from "./inputs.tsx";
import { signOf } from "./signs.tsx";
import type { Block, Option } from "./types.ts";

/** What was pressed or chosen; resolves when the product has taken it. */
export type Press = (pressed: { action_id: string; block_id?: string; value?: string }) => Promise<boolean>;

/** Looks up the options of an external select within a message. */
export type Look = (block: string | undefined, action: string, query: string) => Promise<readonly Option[]>;

interface ElementsProps {
  readonly elements: readonly Part[];
  readonly block: Block;
  readonly press: Press;
  readonly look: Look;
  /** Small, below a message: feedback. */
  readonly quiet?: boolean;
}

/** Buttons, menus and pickers. One act at a time: the others wait until the product has taken it. */
export function Elements({ elements, block, press, look, quiet = false }: ElementsProps): ReactElement {
  const [acting, setActing] = useState<string>();
  const act = async (element: Part, key: string, value: string | undefined) => {
    setActing(key);
    try {
      await press({
        action_id: word(element["action_id"]),
        ...(block.block_id !== undefined && { block_id: block.block_id }),
        ...(value !== undefined && { value }),
      });
    } finally {
      setActing(undefined);
    }
  };
  return (
    <div className={quiet ? "actions quiet-actions" : "actions"}>
      {elements.map((element, index) => (
        <OneElement
          key={index}
          {...{ element, block, look, acting, place: String(index) }}
          act={(key, value) => void act(element, key, value)}
        />
      ))}
    </div>
  );
}

interface OneProps {
  readonly element: Part;
  readonly block: Block;
  readonly look: Look;
  readonly place: string;
  /** Which one is under way. */
  readonly acting: string | undefined;
  readonly act: (key: string, value: string | undefined) => void;
}

function OneElement({ element, block, look, place, acting, act }: OneProps): ReactNode {
  const form = useContext(FormContext);
  const id = useId();
  const button = (words: ReactNode, key: string, value: string | undefined, more: Part = {}) => (
    <button
      key={key}
      type="button"
      disabled={acting !== undefined}
      aria-busy={acting === key}
      onClick={() => act(key, value)}
      {...more}
    >
      {words}
    </button>
  );
  switch (element["type"]) {
    case "button": {
      const value = typeof element["value"] === "string" ? element["value"] : undefined;
      const label = word(element["accessibility_label"]);
      const url = word(element["url"]);
      return button(plainText(element["text"]), place, value, {
        className: word(element["style"]),
        ...(label !== "" && { "aria-label": label }),
        // A link: Slack opens the page, and tells the app of the press all the same.
        ...(/^https?:/.test(url) && {
          onClick: () => {
            window.open(url, "_blank", "noopener");
            act(place, value);
          },
        }),
      });
    }
    case "icon_button":
      return button(plainText(element["text"]), place, undefined, { className: "quiet" });
    case "feedback_buttons":
      return (["positive_button", "negative_button"] as const).map((side) => {
        const one = element[side] as Part;
        return button(
          signOf(side === "positive_button" ? "+1" : "-1"),
          `${place}-${side}`,
          word(one["value"]),
          {
            className: "quiet",
            title: plainText(one["text"]),
            "aria-label": word(one["accessibility_label"]) || plainText(one["text"]),
          },
        );
      });
    case "overflow":
      return <Overflow element={element} choose={(value) => act(place, value)} />;
    case "datepicker":
      return (
        <input
          type="date"
          aria-label={plainText(element["placeholder"]) || "Date"}
          defaultValue={word(element["initial_date"])}
          onChange={({ target }) => act(place, target.value)}
        />
      );
    default: {
      const held = form?.held(block.block_id ?? "", word(element["action_id"]));
      return (
        Choice({
          ...{ id, element, label: plainText(element["placeholder"]) || "Choose" },
          value: heldText(held) || word((element["initial_option"] as Part | undefined)?.["value"]),
          chosen: heldOptions(held),
          choose: (value) => act(place, value),
          look: (query) => look(block.block_id, word(element["action_id"]), query),
        }) ?? <span className="absent">{word(element["type"])} is not shown here</span>
      );
    }
  }
}

function Overflow(props: { readonly element: Part; readonly choose: (value: string) => void }): ReactElement {
  const options = props.element["options"] as Option[];
  return (
    <select
      className="overflow"
      aria-label="More"
      value=""
      onChange={({ target }) => target.value !== "" && props.choose(target.value)}
    >
      <option value="">⋯</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text.text}
        </option>
      ))}
    </select>
  );
}
