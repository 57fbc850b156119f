import { describe, expect, it } from "vitest";
import { partNames, parts } from "../../bench/parts/index.ts";
import { judge, table } from "../../bench/report.ts";
import { percentile } from "../../bench/support/stats.ts";
import { targets } from "../../bench/targets.ts";

describe("the report of the bench", () => {
  it("gives every published number from one part", () => {
    expect(partNames.flatMap((name) => [...parts[name].keys]).sort()).toEqual(Object.keys(targets).sort());
  });

  it("holds each number to its target, bounds included as written", () => {
    const judged = judge(["ackOverBolt", "gateP99Ms", "retryAfterKillSeconds", "ackPerSecond"], {
      ...{ ackOverBolt: 0.5, gateP99Ms: 25, retryAfterKillSeconds: 10, ackPerSecond: 6_000 },
    });
    expect(judged.map(({ met }) => met)).toEqual([true, true, false, null]);
  });

  it("counts a number that is missing as missed", () => {
    expect(judge(["turnsPerSecond", "gateP99Ms"], { gateP99Ms: Number.NaN })).toEqual([
      { key: "turnsPerSecond", value: null, target: "≥ 120", met: false },
      { key: "gateP99Ms", value: null, target: "≤ 25", met: false },
    ]);
  });

  it("says in a table what was reached", () => {
    const lines = table(judge(["ackOverBolt", "gateP99Ms"], { ackOverBolt: 0.7, gateP99Ms: 30 })).split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^ackOverBolt\s+0\.7\s+≥ 0\.5\s+met$/);
    expect(lines[2]).toMatch(/^gateP99Ms\s+30\s+≤ 25\s+missed$/);
  });
});

describe("a percentile", () => {
  it("is a sample, whatever their order", () => {
    const samples = [30, 10, 40, 20];
    expect([0, 0.5, 0.95, 1].map((share) => percentile(samples, share))).toEqual([10, 20, 40, 40]);
    expect(percentile([], 0.5)).toBeNaN();
  });
});
