import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "ledger-api" } },
    { input: { group: "payments", assignee: "me", labels: "bug", search: "order" } },
    { input: { state: "all", author: "Mei" } },
  ],
} satisfies ToolCase;
