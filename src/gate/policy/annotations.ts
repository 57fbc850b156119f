import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { lineIn, type Statement } from "./statements.ts";
import { type Problem, suggestion } from "./problems.ts";

/** What an `@ask` rule asks of people; `group` is a group's name, `owners` or `requester`. */
export interface AskRule {
  group: string;
  count: number;
  because: string;
  reason: boolean;
  expiresSeconds?: number;
}

/** The meaning of a policy's annotations. */
export interface Annotated {
  ask?: AskRule;
  /** Said to the person a plain forbid refuses. */
  because?: string;
}

const known = ["ask", "count", "because", "reason", "expires"];
const secondsOf: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
const expiresDaysMax = 7;

const expiry = (value: string): number | undefined => {
  const [, amount, unit] = /^([1-9]\d{0,3})([smhd])$/.exec(value) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const seconds = Number(amount) * (secondsOf[unit] ?? Number.NaN);
  return seconds <= expiresDaysMax * 86_400 ? seconds : undefined;
};

/** Reads and checks a policy's annotations; a misspelt one would silently change who is asked. */
export const annotationsOf = (
  statement: Statement,
  json: PolicyJson,
  groups: readonly string[],
  problems: Problem[],
): Annotated => {
  // A bare `@reason` reads as null.
  const values = new Map(
    Object.entries((json.annotations ?? {}) as Record<string, string | null>).map(([k, v]) => [k, v ?? ""]),
  );
  const wrong = (name: string, message: string): void => {
    const at = new RegExp(`@\\s*${name}\\b`).exec(statement.text);
    const line =
      at === null ? statement.line : lineIn(statement, Buffer.byteLength(statement.text.slice(0, at.index)));
    problems.push({ file: statement.file, line, message: `rule ${statement.name}: ${message}` });
  };
  for (const name of values.keys()) {
    if (known.includes(name)) continue;
    const hint =
      name === "id" ? "A rule is named by a `// rule <name>` line above it." : suggestion(name, known);
    wrong(name, `unknown annotation @${name}. ${hint}`);
  }
  const because = values.get("because");
  if (because?.trim() === "") wrong("because", '@because needs a sentence for people: @because("…").');
  const group = values.get("ask");
  if (group === undefined) {
    for (const name of ["count", "reason", "expires"].filter((n) => values.has(n))) {
      wrong(name, `@${name} says nothing without @ask("<group>").`);
    }
    return because === undefined ? {} : { because };
  }
  if (json.effect === "permit") {
    wrong("ask", "@ask stands on a permit. Write a forbid: what it covers is then asked instead of denied.");
  }
  if (!groups.includes(group))
    wrong("ask", `@ask names no known group: '${group}'. ${suggestion(group, groups)}`);
  const count = values.get("count") ?? "1";
  if (!/^[1-9]$/.test(count))
    wrong("count", `@count is '${count}'; expected a whole number from 1 to 9, such as "2".`);
  if (group === "requester" && count !== "1")
    wrong("count", "@count of a requester can only be 1: it is one person.");
  const reason = values.get("reason");
  if (reason !== undefined && !["", "required", "true"].includes(reason)) {
    wrong("reason", `@reason is '${reason}'; expected @reason alone, or @reason("required").`);
  }
  const expires = values.get("expires");
  const expiresSeconds = expires === undefined ? undefined : expiry(expires);
  if (expires !== undefined && expiresSeconds === undefined) {
    wrong(
      "expires",
      `@expires is '${expires}'; expected seconds, minutes, hours or days such as "30m", "4h", "2d", at most 7d.`,
    );
  }
  return {
    ask: {
      group,
      count: Number(count),
      because: because ?? `Rule ${statement.name} asks ${group}.`,
      reason: reason !== undefined,
      ...(expiresSeconds !== undefined && { expiresSeconds }),
    },
  };
};
