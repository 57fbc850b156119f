import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { project: "ledger-api", person: "mei" }, who: "boris" }],
} satisfies ToolCase;
