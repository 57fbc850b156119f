import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { group: "payments", reviewer: "me" } },
    { input: { project: "ledger-api", author: "Mei", state: "merged", search: "fees" } },
    { input: { state: "all" } },
  ],
} satisfies ToolCase;
