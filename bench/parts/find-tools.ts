import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseRequests, reportSearch } from "../../src/agent/tool-search-report.ts";
import { outsideVocabulary, readOutside } from "../../src/cli/outside.ts";
import { allTools } from "../../tools/index.ts";
import type { Part } from "./types.ts";

const file = new URL("../../evals/find-tools/held-out.yml", import.meta.url);
const listed = join(import.meta.dirname, "../../tools");
const folders = { apis: join(listed, "apis"), mcp: join(listed, "mcp") };

/** The search behind `find_tools`, over every tool that ships. */
export const findTools: Part = async ({ say }) => {
  const { tools } = allTools([outsideVocabulary(readOutside(folders))]);
  const report = reportSearch(tools, parseRequests(await readFile(file, "utf8")));
  const { recall, requests, missed } = report;
  say(
    `${requests} requests over ${report.tools} tools: right tool first ${recall.at1}, among three ${recall.at3}`,
  );
  for (const ask of missed) say(`missed: ${ask}`);
  return { keys: { findToolsRecall5: recall.at5 }, details: { ...report } };
};
