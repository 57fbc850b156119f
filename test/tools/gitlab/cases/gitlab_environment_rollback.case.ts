import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "ledger-api", environment: "production" } },
    { input: { project: "ledger-api", environment: "staging", version: "2.13.0" } },
  ],
} satisfies ToolCase;
