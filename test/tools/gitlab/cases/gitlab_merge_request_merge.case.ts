import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { merge_request: "!479" } },
    {
      input: { merge_request: "!476", when_green: true },
      after: (bench) => bench.gitlab.others.finishPipeline(8811, "success"),
    },
  ],
} satisfies ToolCase;
