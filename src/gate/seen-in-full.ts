import type { Json } from "../core/json.ts";
import { canonicalJson } from "./canonical.ts";
import type { Assessed } from "./draft.ts";

/** A value as people read it: case, spaces and the form of a list tell nothing apart; nothing and empty are one. */
const asRead = (value: Json | undefined): string => {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(asRead).join(",");
  const text = typeof value === "object" ? canonicalJson(value) : String(value);
  return text.toLowerCase().replaceAll(/\s+/g, " ").replaceAll(/ ?, ?/g, ",").trim();
};

/**
 * Whether a call will do just what its arguments say to who wrote or pressed them: every argument is sent as it was
 * given. A short name, a link or an alias says less than what it was resolved to. The target's own name, in full, says
 * as much as its id.
 */
export const saysNothingNew = ({
  entry,
  input,
  resolved,
}: Pick<Assessed, "entry" | "input" | "resolved">) => {
  const { args, target } = resolved;
  const names = Object.keys(entry.tool.input.shape);
  const further = Object.keys(args).filter((name) => !names.includes(name));
  return names.every((name) => {
    const given = asRead(input[name]);
    if (given === asRead(args[name])) return true;
    return args[name] === target.id && further.some((other) => asRead(args[other]) === given);
  });
};
