import { z } from "zod";

/** The fields of GitLab's replies that Steward uses; everything else is dropped at the door. */

export const userShape = z.object({ id: z.int(), username: z.string(), name: z.string() });
export type User = z.infer<typeof userShape>;

export const projectShape = z.object({
  id: z.int(),
  name: z.string(),
  path_with_namespace: z.string(),
  default_branch: z.string().nullish(),
  web_url: z.string(),
  namespace: z.object({ full_path: z.string(), kind: z.string() }),
});
export type Project = z.infer<typeof projectShape>;

export const groupShape = z.object({
  id: z.int(),
  full_path: z.string(),
  name: z.string(),
  web_url: z.string(),
});
export type Group = z.infer<typeof groupShape>;

export const memberShape = z.object({ id: z.int(), access_level: z.int() });

export const listedMemberShape = userShape.extend({
  access_level: z.int(),
  /** A day; null for no end. */
  expires_at: z.string().nullish(),
  state: z.string().nullish(),
});
export type Member = z.infer<typeof listedMemberShape>;

/** A comment, or what GitLab itself noted (`system`). */
export const noteShape = z.object({
  id: z.int(),
  body: z.string(),
  author: userShape,
  system: z.boolean().default(false),
  /** Only for those who work on the project. */
  internal: z.boolean().nullish(),
  created_at: z.string(),
});
export type Note = z.infer<typeof noteShape>;

export const pipelineShape = z.object({
  id: z.int(),
  project_id: z.int().optional(),
  status: z.string(),
  ref: z.string().nullish(),
  sha: z.string(),
  created_at: z.string(),
  updated_at: z.string().nullish(),
  finished_at: z.string().nullish(),
  /** Of one on its own: what started it, and who. */
  source: z.string().nullish(),
  user: userShape.nullish(),
  web_url: z.string(),
});
export type Pipeline = z.infer<typeof pipelineShape>;

export const mergeRequestShape = z.object({
  iid: z.int(),
  project_id: z.int(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.string(),
  draft: z.boolean().default(false),
  created_at: z.string(),
  merged_at: z.string().nullish(),
  author: userShape,
  reviewers: z.array(userShape).nullish(),
  assignees: z.array(userShape).nullish(),
  merge_user: userShape.nullish(),
  merged_by: userShape.nullish(),
  source_branch: z.string(),
  target_branch: z.string(),
  sha: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  squash: z.boolean().nullish(),
  squash_on_merge: z.boolean().nullish(),
  detailed_merge_status: z.string().nullish(),
  merge_when_pipeline_succeeds: z.boolean().nullish(),
  has_conflicts: z.boolean().nullish(),
  user_notes_count: z.int().nullish(),
  labels: z.array(z.string()).nullish(),
  references: z.object({ full: z.string() }),
  web_url: z.string(),
});
export type MergeRequest = z.infer<typeof mergeRequestShape>;

export const issueShape = z.object({
  iid: z.int(),
  project_id: z.int(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.string(),
  author: userShape,
  assignees: z.array(userShape).nullish(),
  labels: z.array(z.string()).nullish(),
  due_date: z.string().nullish(),
  confidential: z.boolean().nullish(),
  created_at: z.string(),
  updated_at: z.string(),
  closed_at: z.string().nullish(),
  user_notes_count: z.int().nullish(),
  /** Of an issue that was moved: the database id of what it became. */
  moved_to_id: z.int().nullish(),
  id: z.int(),
  references: z.object({ full: z.string() }),
  web_url: z.string(),
});
export type Issue = z.infer<typeof issueShape>;

export const fullMergeRequestShape = mergeRequestShape.extend({
  head_pipeline: pipelineShape.nullish(),
  changes_count: z.string().nullish(),
  merge_error: z.string().nullish(),
  /** Only where they were asked for. */
  rebase_in_progress: z.boolean().nullish(),
  diverged_commits_count: z.int().nullish(),
});
export type FullMergeRequest = z.infer<typeof fullMergeRequestShape>;

export const approvalsShape = z.object({
  approvals_required: z.int().nullish(),
  approvals_left: z.int().nullish(),
  approved_by: z.array(z.object({ user: userShape })).nullish(),
});
export type Approvals = z.infer<typeof approvalsShape>;

export const diffShape = z.object({
  new_path: z.string(),
  old_path: z.string(),
  new_file: z.boolean(),
  deleted_file: z.boolean(),
  renamed_file: z.boolean().nullish(),
  /** Empty where GitLab does not give it: too large, or collapsed. */
  diff: z.string().nullish(),
  too_large: z.boolean().nullish(),
  collapsed: z.boolean().nullish(),
});
export type Diff = z.infer<typeof diffShape>;

export const jobShape = z.object({
  id: z.int(),
  name: z.string(),
  stage: z.string(),
  status: z.string(),
  allow_failure: z.boolean().default(false),
  created_at: z.string(),
  finished_at: z.string().nullish(),
  failure_reason: z.string().nullish(),
  user: userShape.nullish(),
  pipeline: z.object({ id: z.int(), ref: z.string().nullish(), sha: z.string().nullish() }),
  web_url: z.string(),
  artifacts: z.array(z.object({ file_type: z.string(), size: z.number() })).nullish(),
});
export type Job = z.infer<typeof jobShape>;

export const commitShape = z.object({ id: z.string(), message: z.string() });
