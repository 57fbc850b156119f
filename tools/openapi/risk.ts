import type { Json } from "../../src/core/json.ts";
import type { Risk } from "../../src/core/tool.ts";
import { type Comparison, parseComparison } from "./compare.ts";
import type { OperationSpec } from "./file.ts";

type WriteRisk = Exclude<Risk, 0>;

/** The risk of one call of a write, by what it is about. */
export interface RiskRule {
  /** Names that it reads. */
  names: string[];
  /** Every risk that it may answer, lowest first. */
  risks: WriteRisk[];
  /** The highest that applies; what cannot be told counts as applying. */
  of(values: Readonly<Record<string, Json | undefined>>): WriteRisk;
}

const numbers = { R1: 1, R2: 2, R3: 3 } as const;

/**
 * Reads `R2`, or `{ R3: "amount > 1000", else: R2 }`. Throws in words: a write has a risk of its own, and where it depends
 * on something, `else` says what it is otherwise.
 */
export function parseRisk(risk: OperationSpec["risk"]): RiskRule {
  if (typeof risk === "string") {
    const fixed = writeRisk(risk);
    return { names: [], risks: [fixed], of: () => fixed };
  }
  const { else: otherwise, ...cases } = risk;
  if (otherwise === undefined) throw new Error("'else' is missing: the risk where no comparison holds.");
  const base = writeRisk(otherwise);
  const tests = Object.entries(cases)
    .map(([name, text]): { risk: WriteRisk; test: Comparison } => ({
      risk: writeRisk(name),
      test: comparison(name, text),
    }))
    .toSorted((a, b) => b.risk - a.risk);
  return {
    names: [...new Set(tests.flatMap(({ test }) => test.names))],
    risks: [...new Set([base, ...tests.map((one) => one.risk)])].toSorted((a, b) => a - b),
    of: (values) =>
      Math.max(base, tests.find(({ test }) => test.holds(values) !== false)?.risk ?? base) as WriteRisk,
  };
}

function comparison(name: string, text: string): Comparison {
  try {
    return parseComparison(text);
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}; expected a comparison such as "amount > 1000".`, {
      cause: error,
    });
  }
}

function writeRisk(name: string): WriteRisk {
  const found = numbers[name as keyof typeof numbers];
  if (found === undefined) {
    throw new Error(
      `${name.slice(0, 20)} is no risk of a write; it is R1 (reversible), R2 (shared, customers see it) or R3 (money, access, production).`,
    );
  }
  return found;
}
