import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { pipeline: "8788" } },
    { input: { merge_request: "!482" } },
    { input: { project: "ledger-api" } },
    { input: { project: "ledger-api", ref: "2.14.0" } },
  ],
} satisfies ToolCase;
