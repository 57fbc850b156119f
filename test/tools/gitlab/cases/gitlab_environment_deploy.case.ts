import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "ledger-api", version: "2.14.1", environment: "production" } },
    { input: { project: "ledger-api", version: "v2.14.1", environment: "staging" } },
  ],
} satisfies ToolCase;
