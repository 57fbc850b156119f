import { z } from "zod";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, Offer, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { roles } from "./access.ts";
import { pipelineTarget } from "./entities.ts";
import { flakyHistory } from "./flaky.ts";
import { pipelineMeant } from "./pipeline-meant.ts";
import { pipelineReport } from "./pipeline-report.ts";
import { readJobLog } from "./job-log.ts";
import type { Job } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";

/** Failing jobs whose logs are read; more are named. */
const logsRead = 3;
const offersMax = 2;

const input = z
  .strictObject({
    merge_request: words("Merge request whose newest pipeline is meant: !482 or a link").optional(),
    pipeline: words("Pipeline: its number such as 8812, or a link").optional(),
    project: words("Project, where the number alone is not clear; alone: its default branch").optional(),
  })
  .refine((given) => given.merge_request ?? given.pipeline ?? given.project, {
    path: ["merge_request"],
    message: "name a merge request (!482), a pipeline (8812) or a project",
  });

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  pipeline: z.string(),
  pipeline_id: z.int(),
  merge_request: z.string().optional(),
});

/** "Why did the pipeline on !482 fail?": failing jobs, and the cause quoted from their cleaned logs. */
export function pipelineExplain(tooling: GitLabTooling): ReadTool {
  return {
    name: "gitlab_pipeline_explain",
    title: "Explain a pipeline",
    description:
      "Says why a pipeline failed: its failing jobs, the lines of their logs that name the cause, and what can be retried. " +
      'For example {"merge_request":"!482"} or {"pipeline":"8812","project":"payments/ledger-api"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { merge_request: "merge_request", pipeline: "pipeline", project: "project" },
    examples,
    targetTypes: ["Pipeline"],
    policyArgs: {},
    step: ({ pipeline, merge_request: mergeRequest, project }) =>
      pipeline !== undefined
        ? `Reading pipeline ${plain(said(pipeline) ?? "", 80)}`
        : `Reading the pipeline of ${plain(said(mergeRequest ?? project) ?? "", 80)}`,
    resolve: async (given, context) => {
      const { project, pipeline, mergeRequest } = await pipelineMeant(
        tooling,
        canonical(input, given),
        context,
      );
      const resolved: JsonObject = {
        project: project.path_with_namespace,
        project_id: project.id,
        pipeline: String(pipeline.id),
        pipeline_id: pipeline.id,
        ...(mergeRequest !== undefined && { merge_request: mergeRequest }),
      };
      return { args: resolved, target: pipelineTarget(project, pipeline), policyArgs: {} };
    },
    run: (given, context) => explain(tooling, canonical(args, given), context),
  };
}

async function explain(
  { api, access }: GitLabTooling,
  wish: z.infer<typeof args>,
  context: CallContext,
): Promise<ToolOutput> {
  const { project_id: projectId, pipeline_id: id } = wish;
  const [pipeline, jobs, level] = await Promise.all([
    api.pipeline(projectId, id, context.signal),
    api.jobs(projectId, id, false, context.signal),
    access.level(projectId, context),
  ]);
  const failed = jobs.filter((job) => job.status === "failed").sort(byWeight);
  const [history, ...read] = await Promise.all([
    flakyHistory(api, projectId, pipeline, failed, context),
    ...failed
      .slice(0, logsRead)
      .map(async (job) => ({ job, log: await logOf(api, projectId, job, context) })),
  ]);
  const label = `pipeline ${id} of ${wish.project}`;
  return {
    text: pipelineReport({ wish, pipeline, jobs, failed, read, history }, context),
    sources: [
      { label, url: pipeline.web_url },
      ...read.map(({ job }) => ({ label: `log of ${line(job.name, 60)}`, url: job.web_url })),
    ],
    data: { status: pipeline.status, failed: failed.map(({ id, name }) => ({ id, name })) },
    untrusted: read.map(({ job }) => `log of job ${line(job.name, 60)} (${job.id})`),
    offers: level >= roles.developer ? retryOffers(wish.project, failed) : [],
  };
}

/** Jobs that made the pipeline fail before those that may fail; in the order they ran. */
const byWeight = (a: Job, b: Job): number => Number(a.allow_failure) - Number(b.allow_failure) || a.id - b.id;

/** A log that cannot be read spoils no other job's; it says so in its place. */
async function logOf(api: GitLabTooling["api"], projectId: number, job: Job, context: CallContext) {
  try {
    return await readJobLog(api, projectId, job, context);
  } catch (error) {
    if (context.signal.aborted) throw error;
    return error instanceof Error ? error : new Error("The log could not be read.");
  }
}

const retryOffers = (project: string, failed: readonly Job[]): Offer[] =>
  failed
    .filter((job) => !job.allow_failure)
    .slice(0, offersMax)
    .map((job) => ({
      tool: "gitlab_job_retry",
      args: { project, job: String(job.id) },
      label: line(`Retry job ${job.name}`, 75),
    }));

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "why did the pipeline on {merge_request} fail?",
  "why is pipeline {pipeline} red",
  "explain the failed pipeline {pipeline} in {project}",
  "what broke the build of {merge_request}?",
  "which job failed in pipeline {pipeline}",
  "what is wrong with the CI of {merge_request} in {project}",
  "why are the tests of {merge_request} failing",
  "show the failing log of pipeline {pipeline}",
  "pipeline {pipeline} failed, what is the reason?",
  "find the cause of the red build on {merge_request}",
  "the pipeline of {merge_request} crashed, can you look into the error",
  "what was the error in pipeline {pipeline}",
  "ci failed for {merge_request}, why?",
  "why does {merge_request} not go green",
  "what happened to build {pipeline}",
  "tell me why {pipeline} is broken",
  "why did {pipeline} fail",
  "explain why the pipeline of {merge_request} is red",
  "what failed on {merge_request}?",
  "the tests on {merge_request} are red, why",
  "pipeline {pipeline} is broken, what happened?",
  "show me the error of the failed build {pipeline}",
  "what is the reason for the failing pipeline on {merge_request}",
  "which tests failed on {merge_request}",
  "check why CI is failing on {merge_request} in {project}",
  "look at the failed job of pipeline {pipeline}",
  "why did my build on {merge_request} break",
];
