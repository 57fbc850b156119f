import type { LogLine } from "./log-lines.ts";

/** Why a job failed, as far as its log tells. */
export interface Cause {
  /** The lines that say it, at most four, in the log's order. */
  quote: LogLine[];
  /** Those lines with what stands around them. */
  window: LogLine[];
  /** Lines that report a failure of their own; more than one means that there may be more causes. */
  failures: number;
  /** It looks like the network or a service rather than the code: a retry may pass. */
  passing: boolean;
}

/** Lines around the cause. */
const before = 6;
const after = 12;
/** How far above a failed test its reason is looked for. */
const lookBack = 12;
const quoteMax = 4;
const tail = 12;

/** Parts in which the runner prepares and tidies; the job's own words stand elsewhere. */
const runnersOwn =
  /^(?:prepare_executor|prepare_script|get_sources|restore_cache|download_artifacts|after_script|archive_cache|upload_artifacts.*|cleanup_file_variables)$/;

/** A line that reports a failed test, build or program. */
const failure =
  /\bFAIL(?:ED|URE)?\b|[✗✕✖×]\s|^\s*not ok\b|\bAssertion(?:Error| failed)|\bpanic:|\bfatal(?: error)?:|\bTraceback \(|\bSegmentation fault|\bcommand not found|\bBUILD FAILED\b|\berror TS\d+|\berror\[E\d+\]|\bno-[a-z-]+: /;
/** A line that names an error. */
const error =
  /\b\w*(?:Error|Exception)\b\s*:|\berror:|\b(?:ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ENOSPC|ENOMEM)\b|\bout of memory\b|\bNo space left\b|\bKilled\b|\btimed out\b/i;
/** Lines that only say that something before them failed. */
const consequence =
  /^ERROR: Job failed|\bnpm (?:ERR!|error)|\bLifecycle script\b|\bexit(?:ed)? (?:with )?(?:code|status)\b|^make: \*\*\*|^\s*Test(?: Files|s)\s|\bELIFECYCLE\b/;
/** Lines that speak of failure and mean none. */
const harmless =
  /\b(?:0|no) (?:errors?|failures?|failed|vulnerabilities)\b|\bexpected (?:an? )?(?:error|failure|exception)\b|^\s*PASS\b|✓|\bwarn(?:ing)?\b|\bdeprecat|\bretrying\b/i;
const passed = /^\s*(?:PASS\b|✓|ok \d+)|\bpassed\b/;

const transient =
  /\b(?:ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|timed out|timeout|connection (?:refused|reset)|temporarily unavailable|503 Service|TLS handshake|service not ready)\b/i;

/** Finds the cause: the first failure of the job's own script, with the error just above it. */
export function findCause(lines: readonly LogLine[]): Cause {
  const own = lines.filter(({ section }) => !runnersOwn.test(section));
  const searched = own.some(({ text, section }) => section !== "" && text !== "") ? own : lines;
  const real = (line: LogLine, pattern: RegExp) =>
    pattern.test(line.text) && !harmless.test(line.text) && !consequence.test(line.text);
  const failures = searched.filter((line) => real(line, failure));
  const at = searched.findIndex((line) => real(line, failure));
  const quote =
    at >= 0
      ? aroundFailure(searched, at, real)
      : firstOr(
          searched.filter((line) => real(line, error)).slice(0, 1),
          searched.filter((line) => consequence.test(line.text)).slice(0, 2),
          searched.slice(-3),
        );
  const [first] = quote;
  const index = first === undefined ? -1 : lines.indexOf(first);
  const last = quote.at(-1);
  const end = last === undefined ? -1 : lines.indexOf(last);
  return {
    quote,
    window: index < 0 ? lines.slice(-tail) : lines.slice(Math.max(0, index - before), end + 1 + after),
    failures: failures.filter((line) => /\bFAIL(?:ED)?\b|[✗✕✖×]\s|^\s*not ok\b/.test(line.text)).length,
    passing: quote.some(({ text }) => transient.test(text)),
  };
}

/** The error that precedes the failed test, the failure itself, and the assertion that follows it. */
function aroundFailure(
  lines: readonly LogLine[],
  at: number,
  real: (line: LogLine, pattern: RegExp) => boolean,
): LogLine[] {
  const above = lines.slice(Math.max(0, at - lookBack), at);
  const border = above.findLastIndex((line) => passed.test(line.text));
  const reason = above.slice(border + 1).filter((line) => real(line, error));
  const below = lines.slice(at + 1, at + 6).filter((line) => real(line, failure) || real(line, error));
  const failed = lines[at];
  return [...reason.slice(0, 1), ...(failed ? [failed] : []), ...below].slice(0, quoteMax);
}

const firstOr = (...lists: LogLine[][]): LogLine[] => lists.find((list) => list.length > 0) ?? [];
