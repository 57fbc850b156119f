import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "card-auth" } },
    { input: { project: "card-auth", decision: "reject", comment: "Freeze until Monday" } },
  ],
} satisfies ToolCase;
