import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import type { Pipeline, Project } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";

/** How people name a pipeline: by its number, by a merge request, or by a project and a branch. */
export interface PipelineWish {
  pipeline?: string | undefined;
  merge_request?: string | undefined;
  project?: string | undefined;
  ref?: string | undefined;
}

export interface PipelineMeant {
  project: Project;
  pipeline: Pipeline;
  mergeRequest?: string;
}

/** The pipeline that is meant; of a merge request and of a branch the newest. Throws where there is none. */
export async function pipelineMeant(
  { api, access, locate }: GitLabTooling,
  wish: PipelineWish,
  context: CallContext,
): Promise<PipelineMeant> {
  if (wish.pipeline !== undefined) return locate.pipeline(wish.pipeline, wish.project, context);
  if (wish.merge_request === undefined) return newestOfRef({ api, locate }, wish, context);
  const { project, mergeRequest } = await locate.mergeRequest(wish.merge_request, wish.project, context);
  const head = mergeRequest.head_pipeline;
  const name = `!${mergeRequest.iid}`;
  if (!head) throw noPipeline(`${project.path_with_namespace} ${name}`);
  if (head.project_id === undefined || head.project_id === project.id) {
    return { project, pipeline: head, mergeRequest: name };
  }
  // The pipeline of a fork stands in the fork: seeing the merge request is no right to see that.
  if ((await access.level(head.project_id, context)) === 0) {
    throw new TerminalError(
      "gitlab_not_found",
      `The pipeline of ${name} runs in a fork that you are not a member of. Its owner can add you.`,
    );
  }
  return { project: await api.project(head.project_id, context.signal), pipeline: head, mergeRequest: name };
}

async function newestOfRef(
  { api, locate }: Pick<GitLabTooling, "api" | "locate">,
  wish: PipelineWish,
  context: CallContext,
): Promise<PipelineMeant> {
  const project = await locate.project(wish.project ?? "", context);
  const ref = wish.ref ?? project.default_branch ?? "main";
  const [pipeline] = await api.pipelines(project.id, { ref, max: 1 }, context.signal);
  if (pipeline === undefined) throw noPipeline(`${line(ref, 80)} of ${project.path_with_namespace}`);
  return { project, pipeline };
}

const noPipeline = (where: string) =>
  new TerminalError(
    "gitlab_no_pipeline",
    `${line(where)} has no pipeline. Name another merge request, or a pipeline by its number.`,
  );
