import type { Tool } from "../../core/tool.ts";

/** What the router reads of a tool. */
export type RouterTool = Pick<Tool, "name" | "description" | "effect" | "examples" | "slots" | "input">;

/**
 * Names the systems know, as one snapshot: they are masked before classification and they fill slots.
 * Every list is optional; without it, names are found by their place in the sentence alone.
 */
export interface Catalogue {
  /** Full paths: `payments/ledger-api`. */
  projects?: readonly string[];
  /** Full paths: `payments`. */
  groups?: readonly string[];
  /** User names or first names, as people type them. */
  people?: readonly string[];
  /** Names of deals and of the companies they are with. */
  deals?: readonly string[];
  /** Labels of deal stages: `Closed won`. */
  stages?: readonly string[];
}

/** What a piece of a sentence is. `number` is one whose meaning only the tool decides. */
export type MentionKind =
  | "project"
  | "group"
  | "merge_request"
  | "pipeline"
  | "job"
  | "issue"
  | "number"
  | "email"
  | "money"
  | "date"
  | "period"
  | "person"
  | "link"
  | "deal"
  | "stage";

/** An entity found in a sentence; `start` and `end` are offsets of the text that was read. */
export interface Mention {
  kind: MentionKind;
  start: number;
  end: number;
  text: string;
  /** Paths and names: string; numbers and money: number; dates: ISO day; periods: the words. */
  value: string | number;
  /** The name fits several entries of the catalogue, which stand here; nothing is chosen. */
  among?: string[];
}

/** When and where the person types: dates are read in their zone. */
export interface Clock {
  now: Date;
  /** IANA name; UTC where absent. */
  timezone?: string;
}

/** Probabilities of one sentence. `ranked` holds the tools only, best first; with `none` they sum to 1. */
export interface Routed {
  ranked: { tool: string; probability: number }[];
  /** Probability that no tool here is meant. */
  none: number;
  /** The best tool where it is at or above its threshold and above `none`; else nothing. */
  confident: string | null;
}

/** A trained router. It never calls a tool: it only says which one a sentence asks for. */
export interface Router {
  route(text: string, catalogue?: Catalogue): Routed;
  /** By tool, the least probability at which a route to it is confident, from cross-validation on the examples. */
  thresholds: ReadonlyMap<string, number>;
  tools: readonly RouterTool[];
}
