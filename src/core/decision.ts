import type { Ask } from "./action.ts";

/** What policy says of one call, with the rule that made it. */
export type Decision =
  | { kind: "allow"; policies: string[] }
  | { kind: "ask"; asks: Ask[] }
  | { kind: "deny"; policies: string[]; reason: string };
