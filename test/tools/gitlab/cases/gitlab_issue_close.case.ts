import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { issue: "ledger-api#311" } }, { input: { issue: "ledger-api#298", reopen: true } }],
} satisfies ToolCase;
