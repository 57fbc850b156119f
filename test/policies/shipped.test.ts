import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testPolicies } from "../../src/gate/policy/cases.ts";
import { everyTool } from "../support/every-tool.ts";

const report = await testPolicies(join(import.meta.dirname, "../../policies"), everyTool());

describe("the shipped policies", () => {
  it("have no problems", () => {
    expect(report.problems).toEqual([]);
    expect(report.rules).toBeGreaterThan(10);
    expect(report.results.length).toBeGreaterThan(20);
  });

  it.each(report.results)("$name", ({ expected, got, passed }) => {
    expect(got).toBe(expected);
    expect(passed).toBe(true);
  });
});
