import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { who: "boris", input: { merge_request: "!482" } },
    {
      who: "boris",
      input: { merge_request: "!482", withdraw: true },
      before: async (bench) => {
        await bench.ask("gitlab_merge_request_approve", { merge_request: "!482" }, "boris");
      },
    },
  ],
} satisfies ToolCase;
