import type { MergeRequest, PipelineStatus } from "./types.ts";
import type { World } from "./world.ts";

const IN_PROGRESS: ReadonlySet<PipelineStatus> = new Set(["created", "pending", "running"]);

export const inProgress = (status: PipelineStatus | undefined): boolean =>
  status !== undefined && IN_PROGRESS.has(status);

/** Why a merge request can or cannot be merged now, in GitLab's words. */
export function detailedMergeStatus(one: MergeRequest, world: World): string {
  if (one.state !== "opened") return "not_open";
  if (one.draft) return "draft_status";
  if (one.has_conflicts) return "conflict";
  if (!one.project.only_allow_merge_if_pipeline_succeeds && !one.autoMerge) return "mergeable";
  const pipeline = world.headPipeline(one);
  if (pipeline?.status === "success" || (!pipeline && !one.autoMerge)) return "mergeable";
  return inProgress(pipeline?.status) ? "ci_still_running" : "ci_must_pass";
}

/** Whether it could be merged, but for the pipeline. */
export const mergeableButForPipeline = (one: MergeRequest): boolean =>
  one.state === "opened" && !one.draft && !one.has_conflicts;
