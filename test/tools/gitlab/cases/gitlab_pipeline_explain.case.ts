import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { pipeline: "8812" } }, { input: { merge_request: "!482" } }],
} satisfies ToolCase;
