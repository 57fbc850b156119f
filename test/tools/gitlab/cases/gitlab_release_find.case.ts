import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: { project: "ledger-api" } }, { input: { project: "ledger-api", version: "v2.14.0" } }],
  heavy: (bench) => {
    const notes = "Every payout that is retried keeps its key, so that the bank sees one order.\n".repeat(
      2000,
    );
    bench.gitlab.faults.add({
      ...{ kind: "fail", status: 200, times: "all", method: "GET", path: /\/releases\/2\.14\.0$/ },
      body: { tag_name: "2.14.0", name: notes, description: notes },
    });
  },
} satisfies ToolCase;
