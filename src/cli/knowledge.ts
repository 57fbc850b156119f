import { readAgents } from "../agent/prompt-files.ts";
import type { Config } from "../config.ts";
import { loadPolicies } from "../gate/policy/load.ts";
import { allTools } from "../../tools/index.ts";
import { readTogether } from "./problems.ts";

/** What the files that teams own say. */
export type Knowledge = ReturnType<typeof readKnowledge>;

/**
 * Reads the files that teams own: agents and policies, judged against every tool of this build, connected or not.
 * Throws with the problems of all of them at once.
 */
export const readKnowledge = (folders: Config["folders"]) => {
  const vocabulary = allTools();
  const names = vocabulary.tools.map((tool) => tool.name);
  return {
    vocabulary,
    ...readTogether({
      agents: () => readAgents(folders.prompts, names),
      policies: () => loadPolicies(folders.policies, vocabulary),
    }),
  };
};
