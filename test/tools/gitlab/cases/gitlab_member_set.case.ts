import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    {
      input: { project: "ledger-api", person: "grace", role: "developer", until: "2099-02-18" },
      who: "boris",
    },
    { input: { project: "ledger-api", person: "mei", until: "2099-02-18" }, who: "boris" },
    { input: { project: "ledger-api", person: "mei", role: "maintainer", until: "never" }, who: "boris" },
  ],
} satisfies ToolCase;
