import { number } from "../text.ts";
import { many } from "./kinds.ts";
import type { Kind, Page } from "./port.ts";

/** `**3 contacts for “Dana”**.`; `which` is Markdown. */
export function foundHeadline(
  kind: Kind,
  { total, more }: Pick<Page<unknown>, "total" | "more">,
  which: string,
  order = "",
): string {
  const counted = total === 0 ? "No" : `${more ? "At least " : ""}${number(total)}`;
  const noun = total === 1 ? kind : many(kind);
  return `**${counted} ${noun}${which === "" ? "" : ` ${which}`}**${total > 1 ? order : ""}.`;
}

/** `10 of 31 shown.` and how to ask for less; nothing where all are shown. */
export const narrower = ({ records, total, more }: Page<unknown>, how: string): string[] =>
  total > records.length || more
    ? [`${records.length} of ${total}${more ? " or more" : ""} shown. ${how}`]
    : [];
