import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TerminalError } from "../core/errors.ts";
import { supervisorName, type AgentFile } from "./agent-file.ts";
import { parseAgentFile } from "./prompt-parse.ts";
import { problemsOfAgents } from "./prompt-problems.ts";

/** One thing wrong with a prompt file. `line` counts from 1 in the file. */
export interface PromptProblem {
  file: string;
  line: number;
  reason: string;
}

/** Every problem of every prompt file, one a line: `prompts/crm.md:7: …`. */
export class PromptProblemsError extends TerminalError {
  readonly problems: readonly PromptProblem[];

  constructor(problems: readonly PromptProblem[]) {
    const lines = problems.map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
    super("prompt_files", lines.join("\n"));
    this.problems = problems;
  }
}

const markdownFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md") && entry.name !== "README.md")
    .map((entry) => entry.name)
    .sort();

/**
 * Reads the agents of a folder, one Markdown file each, supervisor first, then by name. `knownTools` are the names
 * of all tools that this build has, configured or not. Throws `PromptProblemsError` with all problems at once.
 */
export const readAgents = (folder: string, knownTools: readonly string[]): AgentFile[] => {
  let names: string[];
  try {
    names = markdownFiles(folder);
  } catch (error) {
    const reason = `the folder cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}).`;
    throw new PromptProblemsError([{ file: folder, line: 1, reason }]);
  }
  const parsed = names.map((name) => {
    const file = join(folder, name);
    return parseAgentFile(file, readFileSync(file, "utf8"));
  });
  const problems = [
    ...parsed.flatMap((one) => one.problems),
    ...problemsOfAgents(folder, parsed, knownTools),
  ];
  if (problems.length > 0) {
    throw new PromptProblemsError(problems.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line));
  }
  const agents = parsed.flatMap(({ agent }) => (agent === undefined ? [] : [agent]));
  return agents.sort(
    (a, b) =>
      Number(b.name === supervisorName) - Number(a.name === supervisorName) || a.name.localeCompare(b.name),
  );
};
