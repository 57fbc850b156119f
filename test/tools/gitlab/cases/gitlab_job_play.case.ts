import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { job: "98704" } }, { input: { job: "98704", variables: "DRY_RUN=true" } }],
} satisfies ToolCase;
