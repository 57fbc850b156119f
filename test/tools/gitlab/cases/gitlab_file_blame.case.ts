import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "ledger-api", path: "src/payouts/retry.ts" } },
    { input: { project: "ledger-api", path: "docs/payouts.md", lines: "2-4" } },
  ],
  heavy: (bench) => {
    const line = (n: number) => `line ${n} ${"of a very long text ".repeat(20)}\n`;
    let text = "";
    for (let n = 0; n < 60; n += 1) {
      text += line(n);
      bench.gitlab.others.write("payments/ledger-api", "src/payouts/retry.ts", text, `Write line ${n}`);
    }
  },
} satisfies ToolCase;
