import type { ToolCase } from "../tool-case.ts";

export default { calls: [{ input: { job: "99120" } }] } satisfies ToolCase;
