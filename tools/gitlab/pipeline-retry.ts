import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { count, line, plain } from "../text.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { deploysOf } from "./deploy-risk.ts";
import { pipelineTarget } from "./entities.ts";
import { followPipeline, pipelineOutput, repeatable } from "./pipeline-after.ts";
import { pipelineMeant } from "./pipeline-meant.ts";
import type { Job } from "./shapes.ts";
import { pipelineWordsOf, stateWords } from "./states.ts";
import type { GitLabTooling } from "./tooling.ts";

const input = z
  .strictObject({
    pipeline: words("Pipeline: its number such as 8812, or a link").optional(),
    merge_request: words("Merge request whose newest pipeline is meant: !482 or a link").optional(),
    project: words("Project, where the number alone is not clear").optional(),
  })
  .refine((given) => given.pipeline ?? given.merge_request, {
    path: ["pipeline"],
    message: "name a pipeline (8812) or a merge request (!482)",
  });

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  pipeline: z.string(),
  pipeline_id: z.int(),
  jobs: z.array(z.object({ id: z.int(), name: z.string() })),
});
type Args = z.infer<typeof args>;

/** Runs the failed and cancelled jobs of a pipeline again; a deploy among them makes it a deployment. */
export function pipelineRetry(tooling: GitLabTooling): WriteTool {
  const { api, access } = tooling;
  return {
    name: "gitlab_pipeline_retry",
    title: "Retry a pipeline",
    description:
      'Runs all failed and cancelled jobs of a pipeline again. For example {"pipeline":"8812"} or {"merge_request":"!482"}. For one job use gitlab_job_retry.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { pipeline: "pipeline", merge_request: "merge_request", project: "project" },
    examples,
    targetTypes: ["Pipeline"],
    policyArgs: { ref: "String", production: "Boolean" },
    risks: [1, 2, 3],
    lagMs: 3000,
    step: ({ pipeline, merge_request: mergeRequest }) =>
      `Preparing the retry of pipeline ${plain(said(pipeline ?? mergeRequest) ?? "", 80)}`,
    resolve: async (given, context) => {
      const { project, pipeline } = await pipelineMeant(tooling, canonical(input, given), context);
      await access.require(project, roles.developer, "Retrying a pipeline", context);
      const all = await api.jobs(project.id, pipeline.id, false, context.signal);
      const jobs = repeatable(all);
      if (jobs.length === 0) throw nothingToRetry(pipeline.id, stateWords(pipeline.status));
      const { risk, production, environments } = await deploysOf(api, project.id, jobs, 1, context, all);
      return {
        args: {
          project: project.path_with_namespace,
          project_id: project.id,
          pipeline: String(pipeline.id),
          pipeline_id: pipeline.id,
          jobs: jobs.map(({ id, name }) => ({ id, name })),
        },
        target: pipelineTarget(project, pipeline),
        policyArgs: { ref: pipeline.ref ?? "", production },
        risk,
        version: versionOf(jobs),
        preview: {
          sentence: `Retry pipeline ${pipeline.id} of ${project.path_with_namespace}`,
          fields: [
            { label: "Pipeline", value: pipelineWordsOf(pipeline, context.now()) },
            { label: "Of", value: `${line(pipeline.ref ?? "", 80)} at ${pipeline.sha.slice(0, 8)}` },
            { label: "Runs again", value: jobs.map(({ name }) => line(name, 60)).join(", ") },
            ...(environments.length === 0
              ? []
              : [{ label: "Deploys to", value: environments.map(({ name }) => line(name, 60)).join(", ") }]),
          ],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, pipeline_id: id } = canonical(args, given);
      return versionOf(repeatable(await api.jobs(projectId, id, false, context.signal)));
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const pipeline = await api.retryPipeline(wish.project_id, wish.pipeline_id, context.signal);
      return pipelineOutput(wish.project, pipeline, `runs ${count(wish.jobs.length, "job")} again`);
    },
    find: (given, context) => findRetry(api, canonical(args, given), context),
    follow: (given, _, context) => {
      const { project_id: projectId, pipeline_id: id } = canonical(args, given);
      return followPipeline(api, projectId, id, context);
    },
    undo: (given) => {
      const { project, pipeline } = canonical(args, given);
      return Promise.resolve({ tool: "gitlab_pipeline_cancel", args: { project, pipeline } });
    },
  };
}

/** Changes as soon as one of them is repeated, or another one ends badly. */
const versionOf = (jobs: readonly Job[]): string =>
  `again:${
    jobs
      .map(({ id }) => id)
      .toSorted((a, b) => a - b)
      .join(",") || "none"
  }`;

const nothingToRetry = (id: number, state: string) =>
  new TerminalError(
    "gitlab_nothing_to_retry",
    `Pipeline ${id} (${state}) has no failed or cancelled job, so there is nothing to retry.`,
  );

/** Done where the account that acts made newer jobs of those names in that pipeline. */
async function findRetry(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const [all, pipeline, me] = await Promise.all([
    api.jobs(wish.project_id, wish.pipeline_id, true, context.signal),
    api.pipeline(wish.project_id, wish.pipeline_id, context.signal),
    api.me(context.signal),
  ]);
  const newest = Math.max(...wish.jobs.map(({ id }) => id));
  const names = new Set(wish.jobs.map(({ name }) => name));
  const fresh = all.filter(({ id, name }) => id > newest && names.has(name));
  if (fresh.length === 0) return { kind: "not_done" };
  if (!fresh.some(({ user }) => user?.id === me.id)) return { kind: "not_done" };
  return {
    kind: "done",
    output: pipelineOutput(wish.project, pipeline, `runs ${count(fresh.length, "job")} again`),
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "retry pipeline {pipeline}",
  "rerun the pipeline {pipeline}",
  "retry the whole pipeline of {merge_request}",
  "run pipeline {pipeline} of {project} again",
  "restart the failed pipeline on {merge_request}",
  "retry all failed jobs of pipeline {pipeline}",
  "rerun all failed jobs on {merge_request}",
  "start the pipeline of {merge_request} again",
  "redo pipeline {pipeline}",
  "please retry the pipeline on {merge_request} in {project}",
  "give pipeline {pipeline} another go",
  "repeat the failed jobs of {pipeline}",
];
