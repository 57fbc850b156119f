import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { project: "ledger-api", schedule: "nightly" } }],
} satisfies ToolCase;
