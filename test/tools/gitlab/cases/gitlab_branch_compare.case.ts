import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "ledger-api", from: "idempotent-retries" } },
    { input: { project: "ledger-api", from: "idempotent-retries", to: "main", detail: "full" } },
  ],
  heavy: (bench) => {
    for (let n = 0; n < 90; n += 1)
      bench.gitlab.others.write(
        "payments/ledger-api",
        `src/file-${n}.ts`,
        "export const sum = (a: number, b: number) => a + b;\n".repeat(200),
        `A title that is rather long, because somebody tells everything in it, ${n}`,
      );
  },
} satisfies ToolCase;
