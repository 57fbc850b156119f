import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { merge_request: "!482" } }, { input: { merge_request: "!482", detail: "full" } }],
  heavy: (bench) => {
    const text = "Every payout that is retried keeps its key, so that the bank sees one order.\n".repeat(
      2000,
    );
    bench.gitlab.others.edit("payments/ledger-api", 482, "anna", { description: text });
  },
} satisfies ToolCase;
