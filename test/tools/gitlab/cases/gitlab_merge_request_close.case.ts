import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { merge_request: "!455" } },
    { input: { merge_request: "payments/ledger-api!474", reopen: true } },
  ],
} satisfies ToolCase;
