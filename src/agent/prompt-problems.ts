import { basename, join } from "node:path";
import { fitsGlob, supervisorName, type AgentFile } from "./agent-file.ts";
import { didYouMean } from "./nearest.ts";
import type { PromptProblem } from "./prompt-files.ts";
import type { ParsedAgent } from "./prompt-parse.ts";

/** What only shows when the files are seen together and with the tools: names, tools, delegates. */
export const problemsOfAgents = (
  folder: string,
  parsed: readonly ParsedAgent[],
  knownTools: readonly string[],
): PromptProblem[] => {
  const stems = parsed.map(({ file }) => basename(file, ".md"));
  const problems = parsed.flatMap((one) =>
    one.agent === undefined
      ? []
      : [
          ...nameProblems(one, one.agent),
          ...toolProblems(one, one.agent, knownTools),
          ...delegateProblems(one, one.agent, stems),
        ],
  );
  if (!stems.includes(supervisorName)) {
    const file = join(folder, `${supervisorName}.md`);
    problems.push({
      file,
      line: 1,
      reason: "it is missing: every request that names no agent starts there.",
    });
  }
  return problems;
};

const nameProblems = ({ file, lineOf }: ParsedAgent, agent: AgentFile): PromptProblem[] =>
  agent.name === basename(file, ".md")
    ? []
    : [
        {
          file,
          line: lineOf(["name"]),
          reason: `"name" is "${agent.name}", but the file is ${basename(file)}; they must be equal.`,
        },
      ];

const toolProblems = (
  { file, lineOf }: ParsedAgent,
  agent: AgentFile,
  knownTools: readonly string[],
): PromptProblem[] =>
  (["allow", "deny"] as const).flatMap((list) =>
    agent.tools[list].flatMap((glob, at) => {
      if (knownTools.some((tool) => fitsGlob(tool, glob))) return [];
      const what = glob.includes("*") ? `no tool fits "${glob}".` : `unknown tool "${glob}".`;
      const reason = `"tools.${list}": ${what}${didYouMean(glob, knownTools)}`;
      return [{ file, line: lineOf(["tools", list, at]), reason }];
    }),
  );

const delegateProblems = (
  { file, lineOf }: ParsedAgent,
  agent: AgentFile,
  stems: readonly string[],
): PromptProblem[] =>
  agent.delegates.flatMap((name, at) => {
    const others = stems.filter((stem) => stem !== agent.name && stem !== supervisorName);
    if (others.includes(name)) return [];
    const reason = `"delegates": unknown agent "${name}".${didYouMean(name, others)}`;
    return [{ file, line: lineOf(["delegates", at]), reason }];
  });
