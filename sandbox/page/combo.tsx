import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import type { ChoiceProps } from "./choice.tsx";
import { plainText } from "./drawn.tsx";
import type { Option } from "./types.ts";

/** The product is asked once typing pauses, milliseconds. */
const PAUSE_MS = 200;

/** An external select: the product lists what fits the words typed so far. */
export function Combo(props: ChoiceProps & { readonly several?: boolean }): ReactElement {
  const { id, element, label, value, chosen, choose, look, describedBy, invalid, several = false } = props;
  const [query, setQuery] = useState<string>();
  const [options, setOptions] = useState<readonly Option[] | undefined>();
  const [at, setAt] = useState(0);
  const known = useRef(new Map<string, Option>());
  for (const option of [...chosen, ...(options ?? [])]) known.current.set(option.value, option);
  const now = value.split(",").filter((each) => each !== "");
  const labelOf = (each: string): string => known.current.get(each)?.text.text ?? each;
  const least = Number(element["min_query_length"] ?? 3);
  useLookup(query, least, look, setOptions);
  const open = query !== undefined;

  const take = (option: Option) => {
    choose(several ? [...now.filter((each) => each !== option.value), option.value].join(",") : option.value);
    setQuery(undefined);
    setOptions(undefined);
  };
  const pressed = (event: KeyboardEvent) => {
    const count = options?.length ?? 0;
    if (!open) return;
    if (event.key === "ArrowDown") setAt((at + 1) % Math.max(1, count));
    else if (event.key === "ArrowUp") setAt((at + Math.max(1, count) - 1) % Math.max(1, count));
    else if (event.key === "Enter" && options?.[at]) take(options[at]);
    else if (event.key === "Escape") setQuery(undefined);
    else return;
    // Neither sends the form nor closes it.
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = open ? query : several ? "" : now.map(labelOf).join("");
  return (
    <div className="combo">
      {several && (
        <Chosen
          now={now}
          labelOf={labelOf}
          drop={(gone) => choose(now.filter((each) => each !== gone).join(","))}
        />
      )}
      <input
        id={id}
        role="combobox"
        aria-label={label}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-activedescendant={open && options?.[at] ? `${id}-${at}` : undefined}
        aria-describedby={describedBy}
        aria-invalid={invalid}
        autoComplete="off"
        placeholder={plainText(element["placeholder"]) || "Type to search…"}
        value={shown}
        onFocus={() => setQuery(query ?? "")}
        onBlur={() => setQuery(undefined)}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={pressed}
      />
      {open && (
        <ul className="combo-list" id={`${id}-list`} role="listbox" aria-label={label}>
          {options?.map((option, index) => (
            <li
              key={option.value}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              // Pressed, not clicked: the field keeps the focus until the choice is made.
              onMouseDown={(event) => {
                event.preventDefault();
                take(option);
              }}
            >
              {option.text.text}
              {option.description && <small>{option.description.text}</small>}
            </li>
          ))}
          {(options === undefined || options.length === 0) && (
            <li className="empty" aria-disabled="true">
              {options === undefined
                ? query.length < least
                  ? `Type ${least} letters or more`
                  : "Looking…"
                : "Nothing fits"}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function Chosen(props: {
  readonly now: readonly string[];
  readonly labelOf: (each: string) => string;
  readonly drop: (each: string) => void;
}): ReactElement {
  return (
    <span className="chosen">
      {props.now.map((each) => (
        <button
          key={each}
          type="button"
          aria-label={`Take away ${props.labelOf(each)}`}
          onClick={() => props.drop(each)}
        >
          {props.labelOf(each)} ✕
        </button>
      ))}
    </span>
  );
}

/** Asks for the options of what is typed; an answer that comes after the next question is left alone. */
function useLookup(
  query: string | undefined,
  least: number,
  look: ChoiceProps["look"],
  show: (options: readonly Option[] | undefined) => void,
): void {
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    if (query === undefined) return undefined;
    show(undefined);
    if (query.length < least) return undefined;
    let over = false;
    const timer = setTimeout(() => {
      void latest.current(query).then((options) => {
        if (!over) show(options);
      });
    }, PAUSE_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [query, least, show]);
}
