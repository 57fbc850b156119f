import { describe, expect, it } from "vitest";
import { ComparisonError, parseComparison } from "../../../tools/openapi/compare.ts";
import { parseRisk } from "../../../tools/openapi/risk.ts";

const holds = (text: string, values: Parameters<ReturnType<typeof parseComparison>["holds"]>[0]) =>
  parseComparison(text).holds(values);

describe("comparisons", () => {
  it.each([
    ["amount > 1000", { amount: 1000.01 }, true],
    ["amount > 1000", { amount: 1000 }, false],
    ["amount > 1000", { amount: "2500.00" }, true],
    ["amount >= 1000 and currency == 'EUR'", { amount: 1000, currency: "EUR" }, true],
    ["amount >= 1000 && currency == 'EUR'", { amount: 1000, currency: "USD" }, false],
    ["currency in ['EUR', 'USD'] or vip", { currency: "CHF", vip: true }, true],
    ["not (status == 'paid')", { status: "stuck" }, true],
    ["a == 1 or b == 1 and c == 1", { a: 1, b: 0, c: 0 }, true],
    ["live.amount < -5", { "live.amount": -6 }, true],
  ])("%s of %j is %s", (text, values, expected) => expect(holds(text, values)).toBe(expected));

  it.each([
    ["amount > 1000", {}],
    ["amount > 1000", { amount: "a lot" }],
    ["not amount > 1000", { amount: null }],
    ["amount > 1000 or amount < 10", { amount: [] }],
    ["constructor == 'x'", {}],
    ["status == true", { status: "paid" }],
  ])("%s of %j cannot be told", (text, values) => expect(holds(text, values)).toBeUndefined());

  it("knows what is true whatever else cannot be told", () => {
    expect(holds("amount > 1000 or vip", { vip: true })).toBe(true);
    expect(holds("amount > 1000 and vip", { vip: false })).toBe(false);
  });

  it.each([
    ["amount >", "expected a name, a number or a text at the end"],
    ["amount > 1000 1", "expected the end before '1'"],
    ["(amount > 1", "expected ')' at the end"],
    ["process.exit()", "expected the end before '('"],
    ["a = 1", "'= 1' cannot be read"],
    ["and", "expected a name, a number or a text before 'and'"],
    ["", "at the end"],
  ])("refuses %j in words", (text, words) => {
    expect(() => parseComparison(text)).toThrow(ComparisonError);
    expect(() => parseComparison(text)).toThrow(words);
  });
});

describe("risk by what it is about", () => {
  const risk = parseRisk({ R3: "amount > 1000", R2: "amount > 100", else: "R1" });

  it("is the highest that applies", () => {
    expect([5, 101, 1001].map((amount) => risk.of({ amount }))).toEqual([1, 2, 3]);
    expect(risk.risks).toEqual([1, 2, 3]);
  });

  it("is the highest there is where it cannot be told", () => {
    expect(risk.of({})).toBe(3);
    expect(risk.of({ amount: "unknown" })).toBe(3);
  });

  it("says what is wrong", () => {
    expect(() => parseRisk({ R3: "amount > 1000" })).toThrow("'else' is missing");
    expect(() => parseRisk({ R0: "a > 1", else: "R1" })).toThrow("R0 is no risk of a write");
    expect(() => parseRisk({ R3: "a >", else: "R1" })).toThrow(
      'expected a comparison such as "amount > 1000"',
    );
    expect(() => parseRisk("R0")).toThrow("R0 is no risk of a write");
  });
});
