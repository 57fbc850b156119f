import { parseRisk, type RiskRule } from "../openapi/risk.ts";
import type { McpToolSpec } from "./file.ts";
import type { Listed } from "./listed.ts";

/** What is believed of a tool: its label, raised by its server's own claims and never lowered. */
export type Label =
  | { kind: "read" }
  | { kind: "write"; risk: Pick<RiskRule, "risks" | "of">; raised: boolean }
  /** The label cannot stand: the tool is left out. */
  | { kind: "refused"; why: string };

/** What our file says alone: contradictions that a person mends. */
export const labelProblem = ({ effect, risk }: Pick<McpToolSpec, "effect" | "risk">): string | undefined => {
  if (effect === "read") return risk === "R0" ? undefined : "a read is R0.";
  try {
    parseRisk(risk);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

/**
 * The label of a listed tool. A hint is the server's own claim: it may only raise. A read that its own server calls no
 * read is left out, since rules about reads would then decide about a write; a write that it calls destructive is R3.
 */
export const labelOf = (
  { effect, risk }: Pick<McpToolSpec, "effect" | "risk">,
  { annotations: hints }: Pick<Listed, "annotations">,
): Label => {
  if (effect === "read") {
    return hints?.readOnlyHint === false || hints?.destructiveHint === true
      ? {
          kind: "refused",
          why: "it is labelled a read, and its server says that it changes something: label it a write",
        }
      : { kind: "read" };
  }
  const rule = parseRisk(risk);
  const raised = hints?.destructiveHint === true && rule.risks.some((one) => one < 3);
  return raised
    ? { kind: "write", risk: { risks: [3], of: () => 3 }, raised }
    : { kind: "write", risk: rule, raised };
};
