import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "ledger-api", search: "retryPayout" } },
    { input: { project: "ledger-api", search: "stages", ref: "idempotent-retries", detail: "full" } },
    { input: { project: "ledger-api", search: "needle", detail: "full" } },
  ],
  heavy: (bench) => {
    for (let n = 0; n < 40; n += 1)
      bench.gitlab.others.write(
        "payments/ledger-api",
        `src/long-${n}.ts`,
        `needle ${"const a = 1; ".repeat(500)}\n`,
      );
  },
} satisfies ToolCase;
