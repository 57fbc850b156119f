import { readFile } from "node:fs/promises";
import { parseHeldOut } from "../../src/agent/router/held-out.ts";
import { printReport, reportRouter } from "../../src/agent/router/report.ts";
import { allTools } from "../../tools/index.ts";
import type { Part } from "./types.ts";

const file = new URL("../../evals/router/held-out.yml", import.meta.url);

/** The offline router on lines it was never trained on. */
export const router: Part = async ({ say }) => {
  const heldOut = parseHeldOut(await readFile(file, "utf8"), "evals/router/held-out.yml");
  const { keys, ...report } = reportRouter(allTools().tools, heldOut);
  say(printReport({ keys, ...report }));
  return { keys, details: report };
};
