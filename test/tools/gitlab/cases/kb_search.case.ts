import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [
    { input: { question: "what to do with a stuck payout?" } },
    { input: { question: "freeze in December", project: "ledger-api", detail: "full" } },
  ],
  heavy: (bench) => {
    for (let n = 0; n < 40; n += 1)
      bench.gitlab.others.write(
        "payments/ledger-api",
        `docs/page-${n}.md`,
        `# A stuck payout in December, freeze ${n}\n${"All about it, at length. ".repeat(400)}\n`,
      );
  },
} satisfies ToolCase;
