import type { CallContext, Progress, ToolOutput } from "../../src/core/tool.ts";
import { link, plain } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import type { Job, Pipeline } from "./shapes.ts";
import { endings, stateWords } from "./states.ts";

/** What was done with a pipeline, with its number for code. */
export const pipelineOutput = (project: string, pipeline: Pipeline, said: string): ToolOutput => ({
  text: `${link(`Pipeline ${pipeline.id}`, pipeline.web_url)} of ${plain(project)} ${said}.`,
  sources: [{ label: `pipeline ${pipeline.id}`, url: pipeline.web_url }],
  data: { pipeline_id: pipeline.id, status: pipeline.status },
  untrusted: [],
});

/** A pipeline to its end; one that waits for a hand has come as far as it comes by itself. */
export async function followPipeline(
  api: GitLabApi,
  projectId: number,
  id: number,
  context: CallContext,
): Promise<Progress> {
  const { status } = await api.pipeline(projectId, id, context.signal);
  if (status === "manual") return { text: `Pipeline ${id} waits for a manual step`, ended: true, ok: true };
  const ended = status in endings;
  const verb = ended || status === "created" ? "" : "is ";
  return {
    text: `Pipeline ${id} ${verb}${stateWords(status)}`,
    ended,
    ...(ended && { ok: endings[status] === true }),
  };
}

/** Of some jobs, those that a retry of their pipeline would run again. */
export const repeatable = (jobs: readonly Job[]): Job[] =>
  jobs.filter(({ status }) => status === "failed" || status === "canceled");
