import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    {
      input: {
        project: "ledger-api",
        title: "Name the new address",
        path: "README.md",
        find: "docs/payouts.md",
        replace: "docs/runbooks/payouts.md",
        description: "The old one is gone.",
      },
    },
    {
      input: {
        project: "ledger-api",
        title: "Say more",
        path: "docs/new.md",
        content: "# New\n",
        more_files: "=== .gitlab-ci.yml\nstages: [test, deploy]\n",
        target_branch: "main",
      },
    },
  ],
} satisfies ToolCase;
