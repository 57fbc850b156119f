import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { issue: "ledger-api#311" } }, { input: { issue: "#311", detail: "full" } }],
  heavy: (bench) => {
    const text = "The bank sees one order twice when its answer comes late; see payout 77120.\n".repeat(400);
    bench.gitlab.others.editIssue("payments/ledger-api", 311, "mei", { description: text });
    for (let n = 0; n < 60; n += 1)
      bench.gitlab.others.commentIssue("payments/ledger-api", 311, "boris", text);
  },
} satisfies ToolCase;
