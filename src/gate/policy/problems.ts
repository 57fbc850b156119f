import { closest, distance } from "fastest-levenshtein";
import { StewardError } from "../../core/errors.ts";

/** One thing wrong with a reviewed file, in words that teach. */
export interface Problem {
  /** Path as it was opened. */
  file: string;
  /** 1-based; absent where the file as a whole is meant. */
  line?: number;
  /** What was wrong, what was expected, the nearest valid name. */
  message: string;
}

/** `policies/payments.cedar:3: …`, one line a problem. */
export const problemText = ({ file, line, message }: Problem): string =>
  `${file}${line === undefined ? "" : `:${line}`}: ${message}`;

/** Refuses the start, with every problem of the folder at once. */
export class PolicyFilesError extends StewardError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(
      "policy_files",
      `The policy files have ${problems.length === 1 ? "a problem" : `${problems.length} problems`}; nothing may run until they are mended:\n${problems.map((p) => `  ${problemText(p)}`).join("\n")}`,
    );
    this.problems = problems;
  }
}

/** The valid name that is probably meant, or `undefined` when nothing comes close. */
const nearest = (name: string, known: readonly string[]): string | undefined => {
  if (known.length === 0) return undefined;
  const best = closest(name.toLowerCase(), [...known]);
  return distance(name.toLowerCase(), best) <= Math.max(2, Math.floor(best.length / 3)) ? best : undefined;
};

/** `Did you mean 'x'?` with a list as the fallback; a sentence to put behind "unknown …". */
export const suggestion = (name: string, known: readonly string[]): string => {
  const near = nearest(name, known);
  if (near !== undefined) return `Did you mean '${near}'?`;
  if (known.length === 0) return "There is none yet.";
  const listed = [...known].sort();
  return `Known: ${listed.slice(0, 12).join(", ")}${listed.length > 12 ? ` and ${listed.length - 12} more` : ""}.`;
};
