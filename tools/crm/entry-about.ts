import type { JsonObject } from "../../src/core/json.ts";
import { said } from "../input.ts";

/** What a note, a call or a task can be left on. */
export const anyKind = ["contact", "company", "deal", "ticket"] as const;

/** What the words are about: as a person says it, or as an earlier proposal resolved it. */
export const aboutName = (given: JsonObject): string => {
  const name = said(given["about"]) ?? "";
  const kind = said(given["about_kind"]);
  return kind === undefined ? name : `${kind} ${name}`;
};
