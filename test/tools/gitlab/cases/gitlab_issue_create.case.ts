import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { project: "ledger-api", title: "Payout 77120 hangs", labels: "bug" } }],
} satisfies ToolCase;
