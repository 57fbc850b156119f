/** The nouns of the sandbox's GitLab. Field names are GitLab's own, so that replies are copies. */

export interface User {
  id: number;
  username: string;
  name: string;
  email: string;
  state: "active" | "blocked";
  bot: boolean;
}

/** GitLab's access levels: 10 guest, 20 reporter, 30 developer, 40 maintainer, 50 owner. */
export type AccessLevel = 10 | 20 | 30 | 40 | 50;
/** User id to level. */
export type Members = Map<number, AccessLevel>;
/** User id to the last day of a membership. */
type Expiries = Map<number, string>;
export type Visibility = "private" | "internal" | "public";

export interface Group {
  id: number;
  name: string;
  path: string;
  visibility: Visibility;
  members: Members;
}

export interface Project {
  id: number;
  name: string;
  path: string;
  group: Group;
  description: string;
  visibility: Visibility;
  created_at: string;
  members: Members;
  expiries: Expiries;
  /** Whether a red pipeline blocks the merge. */
  only_allow_merge_if_pipeline_succeeds: boolean;
  /** Least level that may merge into the default branch. */
  mergeLevel: AccessLevel;
}

export type PipelineStatus =
  | "created"
  | "pending"
  | "running"
  | "success"
  | "failed"
  | "canceled"
  | "skipped"
  | "manual";

export interface Job {
  id: number;
  project: Project;
  pipeline: Pipeline;
  name: string;
  stage: string;
  status: PipelineStatus;
  allow_failure: boolean;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  user: User;
  failure_reason: string | null;
  /** Replaced by a newer job of the same name: hidden from lists, cannot be retried again. */
  retried: boolean;
  /** How its next retry ends. */
  retryEnds: "success" | "failed";
  /** The log so far, raw: colours and section markers included. */
  trace: string;
  /** The log it leaves when it fails. */
  failureTrace: string;
  /** The environment it deploys to. */
  environment?: string;
}

export interface Pipeline {
  id: number;
  iid: number;
  project: Project;
  sha: string;
  ref: string;
  status: PipelineStatus;
  source: string;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  finished_at: string | null;
  user: User;
  /** What it was started with. */
  variables?: { key: string; value: string }[];
}

interface Commit {
  id: string;
  title: string;
  author: User;
  created_at: string;
}

export interface FileDiff {
  old_path: string;
  new_path: string;
  diff: string;
  new_file: boolean;
  deleted_file: boolean;
}

export interface AutoMerge {
  user: User;
  sha: string;
  squash: boolean;
  removeBranch: boolean;
}

export interface MergeRequest {
  id: number;
  iid: number;
  project: Project;
  title: string;
  description: string;
  state: "opened" | "merged" | "closed";
  draft: boolean;
  created_at: string;
  updated_at: string;
  merged_at: string | null;
  closed_at: string | null;
  merge_user: User | null;
  closed_by: User | null;
  author: User;
  assignees: User[];
  reviewers: User[];
  approvedBy: User[];
  labels: string[];
  source_branch: string;
  target_branch: string;
  has_conflicts: boolean;
  commits: Commit[];
  merge_commit_sha: string | null;
  squash_commit_sha: string | null;
  squash: boolean;
  autoMerge: AutoMerge | null;
  /** Commits of the target branch that its branch lacks; a rebase under way makes them 0 when it ends. */
  behind?: number;
  rebasing?: boolean;
  diffs: FileDiff[];
}

export interface Issue {
  id: number;
  iid: number;
  project: Project;
  title: string;
  description: string;
  state: "opened" | "closed";
  author: User;
  assignees: User[];
  labels: string[];
  due_date: string | null;
  closed_at: string | null;
  /** What it became in another project. */
  movedTo: Issue | null;
  created_at: string;
  updated_at: string;
}

export interface Note {
  id: number;
  mergeRequest: MergeRequest;
  /** Notes of one thread share it. */
  discussion: string;
  body: string;
  author: User;
  system: boolean;
  created_at: string;
  updated_at: string;
  resolvable: boolean;
  resolved: boolean;
}
