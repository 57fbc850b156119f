import { createContext, useContext, useId, type ReactElement } from "react";
import { Choice, type ChoiceProps } from "./choice.tsx";
import { type Part, plainText, word } from "./drawn.tsx";
import type { Block, Held, Option } from "./types.ts";

/** A form's own state: what its parts hold, what is wrong with them, and how they are changed. */
export interface FormState {
  readonly held: (block: string, action: string) => Held | undefined;
  readonly errors: Readonly<Record<string, string>>;
  /** What a person typed or chose; undefined: nothing since the product last changed the view. */
  readonly entered: (block: string, action: string) => string | undefined;
  readonly type: (block: string, action: string, value: string) => void;
  /** Tells the simulator of a choice at once. */
  readonly choose: (block: string, action: string, value: string) => void;
  readonly look: (block: string, action: string, query: string) => Promise<readonly Option[]>;
  /** Brings files; resolves to their ids. */
  readonly bring: (files: readonly File[]) => Promise<readonly string[]>;
}

/** The form around an input block; messages have none. */
export const FormContext = createContext<FormState | undefined>(undefined);

/** What a part holds, as one text: several values separated by commas. */
export function heldText(held: Held | undefined): string {
  if (held === undefined) return "";
  const { type: _, ...rest } = held;
  const [value] = Object.values(rest);
  if (Array.isArray(value)) return value.map((one) => valueOf(one)).join(",");
  return valueOf(value);
}

const valueOf = (value: unknown): string => {
  if (typeof value === "number") return String(value);
  return typeof value === "object" && value !== null ? word((value as Part)["value"]) : word(value);
};

/** The options that a part holds, for their words. */
export const heldOptions = (held: Held | undefined): readonly Option[] => {
  const one = held?.["selected_option"] as Option | null | undefined;
  return one ? [one] : ((held?.["selected_options"] as Option[] | undefined) ?? []);
};

/** An `input` block of a form: label, field, hint, and what is wrong with it. */
export function InputBlock({ block }: { readonly block: Block }): ReactElement | null {
  const form = useContext(FormContext);
  const id = useId();
  const element = block["element"] as Part;
  if (!form || block.block_id === undefined) return null;
  const [at, action] = [block.block_id, word(element["action_id"])];
  const label = plainText(block["label"]);
  const error = form.errors[at];
  const hint = plainText(block["hint"]);
  const held = form.held(at, action);
  const below = error !== undefined || hint !== "" ? `${id}-below` : undefined;
  const props: ChoiceProps = {
    ...{ id, element, label, describedBy: below, invalid: error !== undefined },
    value: form.entered(at, action) ?? heldText(held),
    chosen: heldOptions(held),
    choose: (value) => form.choose(at, action, value),
    look: (query) => form.look(at, action, query),
  };
  return (
    <div className="input" data-wrong={error !== undefined}>
      <label htmlFor={id}>
        {label}
        {block["optional"] === true && <span> (optional)</span>}
      </label>
      {Choice(props) ?? <Field {...props} form={form} at={at} action={action} />}
      {below !== undefined && (
        <p className="below" id={below} role={error === undefined ? undefined : "alert"}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

interface FieldProps extends ChoiceProps {
  readonly form: FormState;
  readonly at: string;
  readonly action: string;
}

const KINDS: Readonly<Record<string, string>> = {
  datepicker: "date",
  timepicker: "time",
  email_text_input: "email",
  url_text_input: "url",
};

/** Parts that are written into. */
function Field({ id, element, value, describedBy, invalid, form, at, action }: FieldProps): ReactElement {
  const kind = word(element["type"]);
  const common = {
    id,
    ...{ "aria-describedby": describedBy, "aria-invalid": invalid },
    placeholder: plainText(element["placeholder"]) || undefined,
    autoFocus: element["focus_on_load"] === true,
  };
  const written = {
    value,
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      form.type(at, action, target.value),
  };
  if (kind === "file_input") {
    const bring = async (files: readonly File[]) =>
      form.choose(at, action, (await form.bring(files)).join(","));
    return (
      <input
        {...common}
        type="file"
        multiple
        onChange={({ target }) => void bring([...(target.files ?? [])])}
      />
    );
  }
  if (element["multiline"] === true) return <textarea {...common} {...written} rows={5} />;
  if (kind === "number_input") return <input {...common} {...written} inputMode="decimal" />;
  return <input {...common} {...written} type={KINDS[kind] ?? "text"} />;
}
