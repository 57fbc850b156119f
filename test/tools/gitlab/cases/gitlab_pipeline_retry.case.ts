import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { pipeline: "8812" } }, { input: { merge_request: "!88" } }],
} satisfies ToolCase;
