import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "ledger-api" } },
    { input: { project: "ledger-api", environment: "production" } },
  ],
} satisfies ToolCase;
