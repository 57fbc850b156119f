import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chooseThresholds } from "../../../src/agent/router/calibrate.ts";
import { parseHeldOut } from "../../../src/agent/router/held-out.ts";
import { mendTypo } from "../../../src/agent/router/mask.ts";
import { noneExamples } from "../../../src/agent/router/none-examples.ts";
import { printReport, reportRouter, unfairLines } from "../../../src/agent/router/report.ts";
import { trainRouter } from "../../../src/agent/router/train.ts";
import { wilson } from "../../../src/agent/router/wilson.ts";
import { allTools } from "../../../tools/index.ts";

const { tools } = allTools();
const file = new URL("../../../evals/router/held-out.yml", import.meta.url);
const heldOut = parseHeldOut(readFileSync(file, "utf8"), "evals/router/held-out.yml");
// Trained a few times for the whole file: it takes a while.
const report = reportRouter(tools, heldOut);
const shown = [...tools.flatMap(({ examples }) => examples), ...noneExamples([])];

describe("held-out lines", () => {
  it("are as many as promised", () => {
    expect(Object.values(heldOut.in_scope).flat().length).toBeGreaterThanOrEqual(90);
    expect(heldOut.out_of_scope.length).toBeGreaterThanOrEqual(30);
  });

  it("are not among the examples", () => expect(unfairLines(tools, heldOut)).toEqual([]));

  it("have names that no example has", () => {
    const names =
      /nordwind|invoice-parser|atlas|shipping-core|quarry|tile-server|lumen|mail-relay|tomasz|ingrid|yusuf|marta|henrik|priyanka|brightwater|kestrel|tamarind|oakhurst|varga|solway/iu;
    expect(shown.filter((example) => names.test(example))).toEqual([]);
  });

  it("are refused where they were trained on", () => {
    const [tool, ...others] = tools;
    const line = heldOut.in_scope["gitlab_job_retry"]?.[0] ?? "";
    const leaked = [{ ...tool!, examples: [...tool!.examples, line.toUpperCase()] }, ...others];
    expect(() => reportRouter(leaked, heldOut)).toThrow(/retry job 301877.* is among the examples/u);
    expect(() => reportRouter(others, heldOut)).toThrow(/which is no tool here/u);
  });

  it("say what is wrong with their file", () => {
    expect(() => parseHeldOut("in_scope: {a: []}", "x.yml")).toThrow(/x\.yml.*\n.*in_scope\.a/u);
    expect(() => parseHeldOut("a: [", "x.yml")).toThrow(/x\.yml is not YAML/u);
  });
});

describe("the shipped router", () => {
  it("answers held-out lines as well as it is promised to", () => {
    const { keys } = report;
    expect(keys.routerTop1).toBeGreaterThanOrEqual(0.88);
    expect(keys.routerCoverage).toBeGreaterThanOrEqual(0.8);
    expect(keys.routerPrecision).toBeGreaterThanOrEqual(0.95);
    expect(keys.routerOutOfScopeAccepted).toBeLessThanOrEqual(1);
  });
});

const router = trainRouter(tools);

describe("corrections", () => {
  const text = "what is up with the harbour thing";
  const revenue = tools.flatMap(({ name }) => (name.startsWith("crm_") ? [name] : []));

  const corrected = trainRouter(tools, { corrections: [{ text, tools: revenue }] });

  it("are learnt, for the tools of the agent that was named", () => {
    expect(revenue).not.toContain(router.route(text).confident);
    expect(revenue).toContain(corrected.route(text).confident);
  });

  it("leave the thresholds and other lines as they were", () => {
    expect(corrected.thresholds).toEqual(router.thresholds);
    const lines = Object.values(heldOut.in_scope).flat();
    const same = lines.filter((line) => corrected.route(line).confident === router.route(line).confident);
    expect(same.length / lines.length).toBeGreaterThan(0.9);
  });

  it("that name no tool here teach nothing", () => {
    const strange = trainRouter(tools, { corrections: [{ text, tools: ["gone_tool"] }] });
    expect(strange.route(text)).toEqual(router.route(text));
  }, 60_000);
});

describe("the router", () => {
  it("is the same for the same examples", () => {
    const again = trainRouter(tools);
    const line = "which deals are with Fabrikam";
    expect(again.route(line)).toEqual(router.route(line));
    expect(again.thresholds).toEqual(router.thresholds);
  }, 60_000);

  it("gives probabilities that sum to 1, best first", () => {
    const { ranked, none } = router.route("merge !12 please");
    expect(ranked.reduce((sum, { probability }) => sum + probability, none)).toBeCloseTo(1);
    expect(ranked.map(({ probability }) => probability)).toEqual(
      ranked.map(({ probability }) => probability).sort((a, b) => b - a),
    );
    expect(ranked).toHaveLength(tools.length);
  });

  it("does not depend on the names in a sentence", () => {
    const catalogue = { deals: ["Globex", "Contoso"] };
    expect(router.route("how is the Globex deal", catalogue)).toEqual(
      router.route("how is the Contoso deal", catalogue),
    );
  });

  it("prints its numbers", () => {
    expect(printReport(report)).toMatch(/^top-1 +\d+\.\d % +\d+ of 1\d\d +\(95 %/u);
  });
});

describe("its parts", () => {
  it("mends typos of long words only", () => {
    const known = new Set(["merge", "requests", "deal"]);
    expect(mendTypo("merg", known)).toBeNull();
    expect(mendTypo("mergee", known)).toBe("merge");
    expect(mendTypo("reqeusts", known)).toBe("requests");
    expect(mendTypo("weather", known)).toBeNull();
  });

  it("puts each tool's threshold where what is taken for it is meant so", () => {
    const judged = (tool: number, probability: number, right: boolean) => ({
      ...{ tool, probability, right, weight: 1 },
    });
    const good = Array.from({ length: 10 }, () => judged(0, 0.9, true));
    const bad = Array.from({ length: 4 }, () => judged(0, 0.6, false));
    // The first has good examples, and others that look like it; the second few; of the third nothing is known.
    expect(chooseThresholds([...good, ...bad, judged(1, 0.5, false)], 3)).toEqual([0.61, 0.95, 0.95]);
    expect(chooseThresholds(good, 1)).toEqual([0.3]);
  });

  it("computes Wilson's interval", () => {
    const { low, high } = wilson(43, 45);
    expect(low).toBeCloseTo(0.85, 2);
    expect(high).toBeCloseTo(0.988, 2);
    expect(wilson(0, 0)).toMatchObject({ low: 0, high: 1 });
  });
});
