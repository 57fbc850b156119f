import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "ledger-api" } },
    {
      input: {
        project: "ledger-api",
        ref: "2.14.0",
        variables: "REGION=eu",
        inputs: "retries=3, deployEnv=test",
      },
    },
  ],
} satisfies ToolCase;
