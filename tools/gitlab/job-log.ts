import { maskSecrets } from "../../src/http/mask.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { visible } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import { type Cause, findCause } from "./log-cause.ts";
import { cleanLog, type LogLine } from "./log-lines.ts";
import type { Job } from "./shapes.ts";

/** Bytes of a log that are read; a longer one is read from its end where GitLab says how long it is. */
const logBytesMax = 4 * 1024 * 1024;

/** A failed job's log, looked through; its lines are masked and safe to show. */
export interface JobLog extends Cause {
  lines: number;
  /** What was not read, in words; empty where all was. */
  limits: string;
}

/** Reads a job's log, bounded, and finds why it failed. */
export async function readJobLog(
  api: GitLabApi,
  projectId: number,
  job: Job,
  context: CallContext,
): Promise<JobLog> {
  const size = job.artifacts?.find((one) => one.file_type === "trace")?.size ?? 0;
  const offset = Math.max(0, size - logBytesMax);
  const { text, cut } = await api.log(projectId, job.id, logBytesMax, offset, context.signal);
  const lines = cleanLog(text);
  const cause = findCause(lines);
  return {
    ...cause,
    quote: cause.quote.map(shown),
    window: cause.window.map(shown),
    lines: lines.length,
    limits: limitWords(offset, cut),
  };
}

const shown = (line: LogLine): LogLine => ({ ...line, text: maskSecrets(visible(line.text)).slice(0, 400) });

function limitWords(offset: number, cut: boolean): string {
  const megabytes = `${logBytesMax / 1024 / 1024} MB`;
  if (offset > 0 && !cut)
    return `The log is long: only its last ${megabytes} were read, so line numbers count from there.`;
  if (cut)
    return `The log is longer than ${megabytes}: only its first ${megabytes} were read, and the cause may stand further down.`;
  return "";
}
