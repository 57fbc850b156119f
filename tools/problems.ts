import { TerminalError } from "../src/core/errors.ts";

/** One thing wrong with a file of the tools, in words that teach. */
export interface FileProblem {
  /** Path as it was opened. */
  file: string;
  /** 1-based; absent where the file as a whole is meant. */
  line?: number;
  /** What was wrong, what was expected, the nearest valid name. */
  message: string;
}

/** `tools/apis/payments.yml:12: …`, one line a problem. */
export const problemLine = ({ file, line, message }: FileProblem): string =>
  `${file}${line === undefined ? "" : `:${line}`}: ${message}`;

/** Refuses the start with every problem of the tools' files at once. */
export class ToolFilesError extends TerminalError {
  readonly problems: readonly FileProblem[];

  constructor(problems: readonly FileProblem[]) {
    const many = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    super(
      "tool_files",
      `The files of the tools have ${many}:\n${problems.map((p) => `  ${problemLine(p)}`).join("\n")}`,
    );
    this.problems = problems;
  }
}
