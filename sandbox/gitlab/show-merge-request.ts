import { accessLevel } from "./access.ts";
import { detailedMergeStatus } from "./mergeability.ts";
import { showPipeline, showPipelineFully } from "./show-ci.ts";
import { showUser } from "./show.ts";
import type { MergeRequest, Note, User } from "./types.ts";
import { fullPath, headSha, shaOf, type World } from "./world.ts";

/** A merge request in a list. */
export function showMergeRequest(mergeRequest: MergeRequest, world: World, base: string) {
  const one = mergeRequest;
  const person = (user: User | null) => (user ? showUser(user, base) : null);
  const status = detailedMergeStatus(one, world);
  return {
    id: one.id,
    iid: one.iid,
    project_id: one.project.id,
    title: one.title,
    description: one.description,
    state: one.state,
    created_at: one.created_at,
    updated_at: one.updated_at,
    merged_by: person(one.state === "merged" ? one.merge_user : null),
    merge_user: person(one.merge_user),
    merged_at: one.merged_at,
    closed_by: person(one.closed_by),
    closed_at: one.closed_at,
    target_branch: one.target_branch,
    source_branch: one.source_branch,
    user_notes_count: world.notes.filter((note) => note.mergeRequest === one && !note.system).length,
    upvotes: 0,
    downvotes: 0,
    author: showUser(one.author, base),
    assignees: one.assignees.map((user) => showUser(user, base)),
    assignee: person(one.assignees[0] ?? null),
    reviewers: one.reviewers.map((user) => showUser(user, base)),
    source_project_id: one.project.id,
    target_project_id: one.project.id,
    labels: one.labels,
    draft: one.draft,
    imported: false,
    imported_from: "none",
    work_in_progress: one.draft,
    milestone: null,
    merge_when_pipeline_succeeds: one.autoMerge !== null,
    merge_status: one.has_conflicts ? "cannot_be_merged" : "can_be_merged",
    detailed_merge_status: status,
    merge_after: null,
    sha: headSha(one),
    merge_commit_sha: one.merge_commit_sha,
    squash_commit_sha: one.squash_commit_sha,
    discussion_locked: null,
    should_remove_source_branch: one.autoMerge ? one.autoMerge.removeBranch : null,
    force_remove_source_branch: true,
    prepared_at: one.created_at,
    reference: `!${one.iid}`,
    references: {
      short: `!${one.iid}`,
      relative: `!${one.iid}`,
      full: `${fullPath(one.project)}!${one.iid}`,
    },
    web_url: `${base}/${fullPath(one.project)}/-/merge_requests/${one.iid}`,
    time_stats: {
      time_estimate: 0,
      total_time_spent: 0,
      human_time_estimate: null,
      human_total_time_spent: null,
    },
    squash: one.squash,
    squash_on_merge: one.squash,
    task_completion_status: { count: 0, completed_count: 0 },
    has_conflicts: one.has_conflicts,
    blocking_discussions_resolved: true,
  };
}

/** A merge request on its own, as `viewer` sees it. */
export function showMergeRequestFully(one: MergeRequest, world: World, base: string, viewer: User) {
  const head = world.headPipeline(one);
  const baseSha = shaOf(`${fullPath(one.project)} ${one.target_branch}`);
  return {
    ...showMergeRequest(one, world, base),
    subscribed: one.author === viewer,
    changes_count: String(one.diffs.length),
    latest_build_started_at: head?.started_at ?? null,
    latest_build_finished_at: head?.finished_at ?? null,
    first_deployed_to_production_at: null,
    pipeline: head ? showPipeline(head, base) : null,
    head_pipeline: head ? showPipelineFully(head, base) : null,
    diff_refs: { base_sha: baseSha, head_sha: headSha(one), start_sha: baseSha },
    merge_error: null,
    ...(one.rebasing === undefined ? {} : { rebase_in_progress: one.rebasing }),
    diverged_commits_count: one.behind ?? 0,
    first_contribution: false,
    user: { can_merge: accessLevel(one.project, viewer) >= one.project.mergeLevel },
  };
}

/** The approvals of a merge request; the free edition requires none. */
export function showApprovals(one: MergeRequest, base: string, viewer: User) {
  return {
    id: one.id,
    iid: one.iid,
    project_id: one.project.id,
    title: one.title,
    state: one.state,
    created_at: one.created_at,
    updated_at: one.updated_at,
    approved: one.approvedBy.length > 0,
    approvals_required: 0,
    approvals_left: 0,
    approved_by: one.approvedBy.map((user) => ({ user: showUser(user, base) })),
    user_has_approved: one.approvedBy.includes(viewer),
    user_can_approve: one.author !== viewer && !one.approvedBy.includes(viewer),
  };
}

export function showNote(note: Note, base: string) {
  return {
    id: note.id,
    type: note.resolvable ? "DiscussionNote" : null,
    body: note.body,
    author: showUser(note.author, base),
    created_at: note.created_at,
    updated_at: note.updated_at,
    system: note.system,
    noteable_id: note.mergeRequest.id,
    noteable_type: "MergeRequest",
    project_id: note.mergeRequest.project.id,
    resolvable: note.resolvable,
    ...(note.resolvable ? { resolved: note.resolved, resolved_by: null, resolved_at: null } : {}),
    confidential: false,
    internal: false,
    imported: false,
    imported_from: "none",
    noteable_iid: note.mergeRequest.iid,
    commands_changes: {},
  };
}
