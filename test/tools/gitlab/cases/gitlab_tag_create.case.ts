import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { project: "ledger-api", tag: "2.15.0" } },
    { input: { project: "ledger-api", tag: "2.13.1", ref: "2.13.0", message: "A mend of an old version" } },
  ],
} satisfies ToolCase;
