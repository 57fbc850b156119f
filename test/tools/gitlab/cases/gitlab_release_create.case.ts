import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    {
      input: {
        project: "ledger-api",
        version: "2.14.1",
        notes: "Retries keep their key.",
        name: "Ledger 2.14.1",
      },
    },
    { input: { project: "ledger-api", version: "2.15.0", ref: "main" } },
  ],
} satisfies ToolCase;
