import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "ledger-api", path: "src/payouts/retry.ts" } },
    { input: { project: "ledger-api", path: "docs/payouts.md", lines: "3-5", ref: "main" } },
    { input: { project: "ledger-api", path: "src" } },
    { input: { project: "ledger-api", path: "README.md", detail: "full" } },
  ],
  heavy: (bench) => {
    const text =
      "if (payout.state === 'stuck') { await retry(payout.id, payout.key, { now: Date.now() }); }\n";
    bench.gitlab.others.write("payments/ledger-api", "README.md", text.repeat(3000));
    bench.gitlab.others.write("payments/ledger-api", "src/payouts/retry.ts", text.repeat(3000));
  },
} satisfies ToolCase;
