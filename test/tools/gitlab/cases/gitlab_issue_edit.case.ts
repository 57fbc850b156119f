import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    {
      input: {
        issue: "ledger-api#311",
        title: "One order twice",
        description: "New.",
        add_labels: "urgent",
        remove_labels: "bug",
        assignee: "boris",
        due: "2026-12-24",
      },
    },
    { input: { issue: "ledger-api#311", assignee: "nobody", due: "none" } },
  ],
} satisfies ToolCase;
