import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { pipeline: "8811" } }],
} satisfies ToolCase;
