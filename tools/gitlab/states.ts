import { ago } from "../times.ts";
import type { FullMergeRequest, Pipeline } from "./shapes.ts";

/** GitLab's states in people's words. */

const pipelineWords: Record<string, string> = {
  success: "passed",
  failed: "failed",
  canceled: "was cancelled",
  canceling: "is being cancelled",
  running: "running",
  pending: "waiting for a runner",
  created: "not started",
  waiting_for_resource: "waiting for a resource",
  preparing: "being prepared",
  scheduled: "scheduled",
  manual: "waiting for a manual step",
  skipped: "was skipped",
};

/** `passed`, `failed`, `running`; of pipelines and of jobs. */
export const stateWords = (status: string): string => pipelineWords[status] ?? status.replaceAll("_", " ");

/** Ended states, and whether they are a success. */
export const endings: Record<string, boolean> = {
  success: true,
  failed: false,
  canceled: false,
  skipped: false,
};

/** `passed 12 min ago`, `running for 3 min`; `no pipeline`. */
export function pipelineWordsOf(pipeline: Pipeline | null | undefined, now: Date): string {
  if (!pipeline) return "no pipeline";
  const at = pipeline.finished_at ?? pipeline.updated_at ?? pipeline.created_at;
  const words = stateWords(pipeline.status);
  return pipeline.status in endings ? `${words} ${ago(at, now)}` : words;
}

const mergeWords: Record<string, string> = {
  mergeable: "can be merged",
  ci_must_pass: "needs a passed pipeline",
  ci_still_running: "waits for its pipeline",
  conflict: "has conflicts with its target branch",
  checking: "is being checked by GitLab",
  unchecked: "is not checked by GitLab yet",
  preparing: "is being prepared by GitLab",
  discussions_not_resolved: "has open discussions that must be resolved",
  draft_status: "is a draft",
  not_approved: "lacks approvals",
  not_open: "is not open",
  blocked_status: "is blocked by another merge request",
  merge_request_blocked: "is blocked by another merge request",
  need_rebase: "needs a rebase",
  requested_changes: "has changes requested by a reviewer",
  external_status_checks: "waits for external status checks",
  status_checks_must_pass: "waits for external status checks",
  policies_denied: "is held by a security policy",
  jira_association_missing: "names no Jira issue",
  commits_status: "has no commits on its branch",
  merge_time: "may not be merged before its set time",
};

/** `can be merged`, `is a draft`; what stands between it and a merge, as GitLab sees it. */
export const mergeStatusWords = (one: Pick<FullMergeRequest, "detailed_merge_status">): string =>
  mergeWords[one.detailed_merge_status ?? "unchecked"] ??
  (one.detailed_merge_status ?? "").replaceAll("_", " ");

/** `is open`, `was merged by Boris 2 days ago`. */
export function lifeWords(one: FullMergeRequest, now: Date): string {
  const by = one.merge_user ?? one.merged_by;
  if (one.state === "merged") {
    return `was merged${by ? ` by ${by.name}` : ""}${one.merged_at ? ` ${ago(one.merged_at, now)}` : ""}`;
  }
  if (one.state === "opened") return one.draft ? "is an open draft" : "is open";
  return `is ${one.state}`;
}
