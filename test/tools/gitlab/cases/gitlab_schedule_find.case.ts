import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { project: "ledger-api" } }],
} satisfies ToolCase;
