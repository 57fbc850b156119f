import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { merge_request: "!482" } },
    { input: { merge_request: "!482", open: true } },
    { input: { merge_request: "!482", detail: "full" } },
  ],
  heavy: (bench) => {
    const text = "Every payout that is retried keeps its key, so that the bank sees one order.\n".repeat(100);
    for (let n = 0; n < 90; n += 1)
      bench.gitlab.others.comment("payments/ledger-api", 482, "boris", `${n} ${text}`);
  },
} satisfies ToolCase;
