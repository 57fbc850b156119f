import type { CallContext, Progress, ToolOutput } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import type { Job } from "./shapes.ts";
import { endings, stateWords } from "./states.ts";

/** `passed`, `is running`: a job's state as a sentence has it. */
export const standing = ({ status }: Job): string => `${status in endings ? "" : "is "}${stateWords(status)}`;

/** The job that a write started, to its end; its number stands in the write's output. */
export async function followJob(
  api: GitLabApi,
  projectId: number,
  output: ToolOutput,
  context: CallContext,
): Promise<Progress> {
  const job = await api.job(projectId, Number(output.data?.["job_id"]), context.signal);
  const ended = job.status in endings;
  return {
    text: `Job ${job.id} (${line(job.name, 60)}) ${standing(job)}`,
    ended,
    ...(ended && { ok: endings[job.status] === true }),
  };
}
