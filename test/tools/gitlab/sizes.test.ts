import { describe, expect, it } from "vitest";
import { isWrite } from "../../../src/core/tool.ts";
import { allTools } from "../../../tools/index.ts";
import { answerTokensMax } from "../../../tools/text.ts";
import { openBench } from "../support.ts";
import { tokensOf } from "../tokens.ts";
import { exercise, loadCases } from "./tool-case.ts";

const cases = await loadCases();
const reads = new Set(
  allTools()
    .tools.filter((tool) => !isWrite(tool))
    .map(({ name }) => name),
);

describe("answers of the GitLab reads", () => {
  it.each([...cases].filter(([name]) => reads.has(name)))(
    "%s",
    { timeout: 60_000 },
    async (name, { calls, heavy }) => {
      for (const call of calls) {
        const bench = await openBench();
        try {
          await call.before?.(bench);
          await heavy?.(bench);
          const { text } = await exercise(bench, name, call);
          const detail = call.input["detail"] === "full" ? "full" : "short";
          expect(tokensOf(text)).toBeLessThanOrEqual(answerTokensMax[detail]);
        } finally {
          await bench.close();
        }
      }
    },
  );
});
