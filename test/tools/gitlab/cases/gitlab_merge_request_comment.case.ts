import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { merge_request: "!482", text: "The retry is safe now.\n/merge" } }],
} satisfies ToolCase;
