import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    {
      input: {
        project: "ledger-api",
        branch: "idempotent-retries",
        title: "Keep the key of a retried payout",
        description: "For payouts.",
        reviewers: "boris, me",
        labels: "backend, payouts",
        draft: true,
      },
      before: (bench) => bench.gitlab.others.close("payments/ledger-api", 482, "boris"),
    },
  ],
} satisfies ToolCase;
