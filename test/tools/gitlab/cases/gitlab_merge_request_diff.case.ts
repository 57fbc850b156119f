import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { merge_request: "!482" } },
    { input: { merge_request: "!482", file: "src/payout/retry.ts" } },
    { input: { merge_request: "!482", detail: "full" } },
  ],
  heavy: (bench) => {
    const rows = Array.from({ length: 900 }, (_, n) => `+const value${n} = compute(${n}, "text");`).join(
      "\n",
    );
    const body = Array.from({ length: 100 }, (_, n) => {
      const path = n === 0 ? "src/payout/retry.ts" : `src/a/rather/long/folder/file-${n}.ts`;
      return {
        old_path: path,
        new_path: path,
        new_file: false,
        deleted_file: false,
        diff: `@@ -1 +1,900 @@\n${rows}\n`,
      };
    });
    bench.gitlab.faults.add({
      kind: "fail",
      status: 200,
      times: "all",
      method: "GET",
      path: /\/diffs$/,
      body,
    });
  },
} satisfies ToolCase;
