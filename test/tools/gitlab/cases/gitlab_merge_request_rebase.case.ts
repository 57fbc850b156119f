import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { merge_request: "payments/payout-worker!211" } }],
} satisfies ToolCase;
