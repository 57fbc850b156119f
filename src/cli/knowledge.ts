import { readAgents } from "../agent/prompt-files.ts";
import type { Config } from "../config.ts";
import { type LoadedPolicies, loadPolicies } from "../gate/policy/load.ts";
import { PolicyFilesError, suggestion } from "../gate/policy/problems.ts";
import { allTools } from "../../tools/index.ts";
import { outsideVocabulary, readOutside, refuseProblems, type Settings } from "./outside.ts";
import { readTogether } from "./problems.ts";

/** What the files that teams own say. */
export type Knowledge = ReturnType<typeof readKnowledge>;

/**
 * Reads the files that teams own: lists of tools, agents and policies, judged against every tool of this build, connected or not.
 * Throws with the problems of all of them at once.
 */
export const readKnowledge = (folders: Config["folders"], settings: Settings) => {
  const outside = readOutside(folders, settings);
  const vocabulary = allTools([outsideVocabulary(outside)]);
  const names = vocabulary.tools.map((tool) => tool.name);
  const read = readTogether({
    tools: () => refuseProblems(outside),
    agents: () => readAgents(folders.prompts, names),
    policies: () => loadPolicies(folders.policies, vocabulary),
  });
  judgeChannels(
    read.policies,
    read.agents.map(({ name }) => name),
  );
  return { vocabulary, outside, agents: read.agents, policies: read.policies };
};

/** A channel's own agent is one that there is: said here, where both are known. */
const judgeChannels = ({ files }: LoadedPolicies, agents: readonly string[]): void => {
  const problems = [...files.channels].flatMap(([channel, { agent }]) => {
    if (agent === undefined || agents.includes(agent)) return [];
    const file = files.channelLines.get(channel) ?? "policies/channels.yml";
    return [
      { file, message: `'${channel}' names an unknown agent '${agent}'. ${suggestion(agent, agents)}` },
    ];
  });
  if (problems.length > 0) throw new PolicyFilesError(problems);
};
