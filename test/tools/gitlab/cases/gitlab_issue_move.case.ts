import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { issue: "ledger-api#311", to: "payout-worker" } }],
} satisfies ToolCase;
