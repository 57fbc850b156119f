import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { issue: "ledger-api#311", text: "Fixed by !482.\n/close" } }],
} satisfies ToolCase;
