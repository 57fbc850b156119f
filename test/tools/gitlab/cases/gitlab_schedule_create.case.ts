import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    {
      input: {
        project: "ledger-api",
        description: "Weekly tests",
        cron: "0 9 * * 1-5",
        ref: "main",
        timezone: "Europe/Berlin",
      },
    },
    { input: { project: "ledger-api", description: "Hourly", cron: "0 * * * *" } },
  ],
} satisfies ToolCase;
