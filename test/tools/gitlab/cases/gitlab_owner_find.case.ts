import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "ledger-api", path: "src/payouts/retry.ts" } },
    { input: { project: "payout-worker", path: "README.md" } },
  ],
  heavy: (bench) => {
    const sections = Array.from({ length: 400 }, (_, n) => `[Section ${n}]\n* @team-${n} @group/sub-${n}\n`);
    bench.gitlab.others.write("payments/ledger-api", "CODEOWNERS", sections.join("\n"));
  },
} satisfies ToolCase;
