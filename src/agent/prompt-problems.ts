import { basename, join } from "node:path";
import { fitsGlob, supervisorName } from "./agent-file.ts";
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
  const problems = parsed.flatMap((one) => [
    ...nameProblems(one),
    ...toolProblems(one, knownTools),
    ...delegateProblems(one, stems),
  ]);
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

const nameProblems = ({ file, lineOf, names: { name } }: ParsedAgent): PromptProblem[] =>
  name === undefined || name === basename(file, ".md")
    ? []
    : [
        {
          file,
          line: lineOf(["name"]),
          reason: `"name" is "${name}", but the file is ${basename(file)}; they must be equal.`,
        },
      ];

const toolProblems = (
  { file, lineOf, names: { tools } }: ParsedAgent,
  knownTools: readonly string[],
): PromptProblem[] =>
  (["allow", "deny"] as const).flatMap((list) =>
    tools[list].flatMap((glob, at) => {
      if (glob === "" || knownTools.some((tool) => fitsGlob(tool, glob))) return [];
      const what = glob.includes("*") ? `no tool fits "${glob}".` : `unknown tool "${glob}".`;
      const reason = `"tools.${list}": ${what}${didYouMean(glob, knownTools)}`;
      return [{ file, line: lineOf(["tools", list, at]), reason }];
    }),
  );

const delegateProblems = ({ file, lineOf, names }: ParsedAgent, stems: readonly string[]): PromptProblem[] =>
  names.delegates.flatMap((name, at) => {
    const others = stems.filter((stem) => stem !== names.name && stem !== supervisorName);
    if (name === "" || others.includes(name)) return [];
    const reason = `"delegates": unknown agent "${name}".${didYouMean(name, others)}`;
    return [{ file, line: lineOf(["delegates", at]), reason }];
  });
