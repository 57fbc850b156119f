import { beforeAll, describe, expect, it } from "vitest";
import { allTools } from "../../../tools/index.ts";
import { openBench } from "../support.ts";
import { type Checker, documentIsHere, openChecker } from "./checker.ts";
import { exercise, loadCases } from "./tool-case.ts";

const here = documentIsHere();
const cases = await loadCases();
const names = allTools()
  .tools.filter(({ name }) => /^(?:gitlab|kb)_/.test(name))
  .map(({ name }) => name);

describe("the cases of the GitLab tools", () => {
  it("are one for each tool, and none for a tool that is none", () => {
    expect([...cases.keys()].toSorted()).toEqual(names.toSorted());
  });
});

describe.skipIf(!here)("the GitLab tools keep to GitLab's own document", () => {
  let checker: Checker;
  beforeAll(async () => {
    checker = await openChecker();
  });

  it.each([...cases])("%s in every request", { timeout: 60_000 }, async (name, { calls }) => {
    for (const call of calls) {
      const bench = await openBench();
      try {
        await call.before?.(bench);
        await exercise(bench, name, call);
        const sent = bench.gitlab.journal.list();
        expect(sent.length).toBeGreaterThan(0);
        expect(sent.flatMap((one) => checker.faults(one))).toEqual([]);
      } finally {
        await bench.close();
      }
    }
  });
});
