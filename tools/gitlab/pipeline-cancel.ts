import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { roles } from "./access.ts";
import { deploysOf } from "./deploy-risk.ts";
import { pipelineTarget } from "./entities.ts";
import { pipelineOutput } from "./pipeline-after.ts";
import { pipelineMeant } from "./pipeline-meant.ts";
import { endings, pipelineWordsOf, stateWords } from "./states.ts";
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
});

/** Ends a pipeline that is under way; to stop a deployment to production in its middle is R3. */
export function pipelineCancel(tooling: GitLabTooling): WriteTool {
  const { api, access } = tooling;
  return {
    name: "gitlab_pipeline_cancel",
    title: "Cancel a pipeline",
    description:
      'Cancels a pipeline that is still running. For example {"pipeline":"8811"} or {"merge_request":"!476"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { pipeline: "pipeline", merge_request: "merge_request", project: "project" },
    examples,
    targetTypes: ["Pipeline"],
    policyArgs: { ref: "String", production: "Boolean" },
    risks: [2, 3],
    lagMs: 3000,
    step: ({ pipeline, merge_request: mergeRequest }) =>
      `Preparing to cancel pipeline ${plain(said(pipeline ?? mergeRequest) ?? "", 80)}`,
    resolve: async (given, context) => {
      const { project, pipeline } = await pipelineMeant(tooling, canonical(input, given), context);
      await access.require(project, roles.developer, "Cancelling a pipeline", context);
      const all = await api.jobs(project.id, pipeline.id, false, context.signal);
      const open = all.filter(({ status }) => !(status in endings) && status !== "manual");
      if (open.length === 0) {
        throw new TerminalError(
          "gitlab_nothing_to_cancel",
          `Pipeline ${pipeline.id} ${stateWords(pipeline.status)}: nothing of it is under way, so there is nothing to cancel.`,
        );
      }
      const running = open.filter(({ status }) => status === "running");
      const { risk, production } = await deploysOf(api, project.id, running, 2, context);
      return {
        args: {
          project: project.path_with_namespace,
          project_id: project.id,
          pipeline: String(pipeline.id),
          pipeline_id: pipeline.id,
        },
        target: pipelineTarget(project, pipeline),
        policyArgs: { ref: pipeline.ref ?? "", production },
        risk: risk === 1 ? 2 : risk,
        version: `open:${pipeline.id}`,
        preview: {
          sentence: `Cancel pipeline ${pipeline.id} of ${project.path_with_namespace}`,
          fields: [
            { label: "Pipeline", before: pipelineWordsOf(pipeline, context.now()), value: "cancelled" },
            { label: "Of", value: `${line(pipeline.ref ?? "", 80)} at ${pipeline.sha.slice(0, 8)}` },
            {
              label: "Stops",
              value: open.map(({ name, status }) => `${line(name, 60)} (${stateWords(status)})`).join(", "),
            },
          ],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, pipeline_id: id } = canonical(args, given);
      const { status } = await api.pipeline(projectId, id, context.signal);
      return status in endings ? `ended:${status}` : `open:${id}`;
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const pipeline = await api.cancelPipeline(wish.project_id, wish.pipeline_id, context.signal);
      return pipelineOutput(wish.project, pipeline, stateWords(pipeline.status));
    },
    find: async (given, context) => {
      const wish = canonical(args, given);
      const pipeline = await api.pipeline(wish.project_id, wish.pipeline_id, context.signal);
      if (pipeline.status !== "canceled" && pipeline.status !== "canceling") return { kind: "not_done" };
      // The state that was asked for stands; GitLab keeps no record of whose request brought it.
      const said = `${stateWords(pipeline.status)}; GitLab does not say by whom`;
      return { kind: "done", output: pipelineOutput(wish.project, pipeline, said) };
    },
    undo: (given) => {
      const { project, pipeline } = canonical(args, given);
      return Promise.resolve({ tool: "gitlab_pipeline_retry", args: { project, pipeline } });
    },
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "cancel pipeline {pipeline}",
  "stop pipeline {pipeline}",
  "abort the pipeline of {merge_request}",
  "cancel the running pipeline on {merge_request}",
  "kill pipeline {pipeline} in {project}",
  "stop the build of {merge_request}",
  "please cancel pipeline {pipeline} of {project}",
  "end pipeline {pipeline} now",
  "cancel CI for {merge_request}",
  "pipeline {pipeline} is not needed any more, cancel it",
  "abort {pipeline}",
  "stop all jobs of pipeline {pipeline}",
];
