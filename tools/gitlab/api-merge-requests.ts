import { z } from "zod";
import type { Client } from "./api.ts";
import { call, listed, pageRows } from "./call.ts";
import {
  approvalsShape,
  commitShape,
  diffShape,
  fullMergeRequestShape,
  mergeRequestShape,
  noteShape,
} from "./shapes.ts";
import { discussionShape } from "./shapes-delivery.ts";

/** Which merge requests; names are GitLab user names. */
export interface MergeRequestQuery {
  projectId?: number;
  groupId?: number;
  state?: "opened" | "merged" | "closed";
  reviewer?: string;
  author?: string;
  search?: string;
  sourceBranch?: string;
  /** Left out: oldest first. */
  newestFirst?: boolean;
}

/** A write of GitLab's, as the merge tool asks for it. */
export interface MergeOrder {
  /** Head commit the approval is bound to; GitLab refuses (409) when it moved. */
  sha: string;
  autoMerge: boolean;
  message: string;
  squashMessage?: string;
}

/** A new merge request, as the tool asks for it. */
export interface MergeRequestOrder {
  source: string;
  target: string;
  title: string;
  description: string;
  labels: readonly string[];
  reviewerIds: readonly number[];
}

const onePage = { page: 1, perPage: pageRows, showExpanded: true } as const;

/** Merge requests: lists, one, its approvals and changes; merging and commenting. */
export const mergeRequestCalls = (gitlab: Client) => ({
  /** `total` is GitLab's count where it gives one. */
  mergeRequests: async (query: MergeRequestQuery, signal: AbortSignal) => {
    const { data, paginationInfo } = await call(
      "Listing merge requests",
      { signal },
      listed(mergeRequestShape),
      () =>
        gitlab.MergeRequests.all({
          ...(query.projectId !== undefined && { projectId: query.projectId }),
          ...(query.groupId !== undefined && { groupId: query.groupId }),
          ...(query.state !== undefined && { state: query.state }),
          ...(query.reviewer !== undefined && { reviewerUsername: query.reviewer }),
          ...(query.author !== undefined && { authorUsername: query.author }),
          ...(query.search !== undefined && { search: query.search }),
          ...(query.sourceBranch !== undefined && { sourceBranch: query.sourceBranch }),
          scope: "all",
          orderBy: "created_at",
          sort: query.newestFirst === true ? "desc" : "asc",
          ...onePage,
        } as Parameters<typeof gitlab.MergeRequests.all>[0]),
    );
    const { total } = paginationInfo;
    return { rows: data, total: Number.isNaN(total) ? undefined : total };
  },

  mergeRequest: (projectId: number, iid: number, signal: AbortSignal) =>
    call(`Reading !${iid}`, { signal }, fullMergeRequestShape, () =>
      gitlab.MergeRequests.show(projectId, iid),
    ),

  /** The same, with what a rebase needs to be judged. */
  mergeRequestWithRebase: (projectId: number, iid: number, signal: AbortSignal) =>
    call(`Reading !${iid}`, { signal }, fullMergeRequestShape, () =>
      gitlab.MergeRequests.show(projectId, iid, {
        includeRebaseInProgress: true,
        includeDivergedCommitsCount: true,
      }),
    ),

  createMergeRequest: (projectId: number, order: MergeRequestOrder, signal: AbortSignal) =>
    call("Opening a merge request", { signal, effect: "write" }, fullMergeRequestShape, () =>
      gitlab.MergeRequests.create(projectId, order.source, order.target, order.title, {
        description: order.description,
        ...(order.labels.length > 0 && { labels: order.labels as unknown as string }),
        ...(order.reviewerIds.length > 0 && { reviewerIds: [...order.reviewerIds] }),
        removeSourceBranch: true,
      }),
    ),

  setMergeRequestState: (projectId: number, iid: number, event: "close" | "reopen", signal: AbortSignal) =>
    call(
      `${event === "close" ? "Closing" : "Reopening"} !${iid}`,
      { signal, effect: "write" },
      fullMergeRequestShape,
      () => gitlab.MergeRequests.edit(projectId, iid, { stateEvent: event }),
    ),

  approve: (projectId: number, iid: number, sha: string, signal: AbortSignal) =>
    call(`Approving !${iid}`, { signal, effect: "write" }, approvalsShape, () =>
      gitlab.MergeRequestApprovals.approve(projectId, iid, { sha }),
    ),

  unapprove: (projectId: number, iid: number, signal: AbortSignal) =>
    call(`Taking back the approval of !${iid}`, { signal, effect: "write" }, z.unknown(), () =>
      gitlab.MergeRequestApprovals.unapprove(projectId, iid),
    ),

  rebase: (projectId: number, iid: number, signal: AbortSignal) =>
    call(`Rebasing !${iid}`, { signal, effect: "write" }, z.unknown(), () =>
      gitlab.MergeRequests.rebase(projectId, iid),
    ),

  /** Oldest first, at most one page. */
  discussions: async (projectId: number, iid: number, signal: AbortSignal) => {
    const { data, paginationInfo } = await call(
      `Reading the discussions of !${iid}`,
      { signal },
      listed(discussionShape),
      () => gitlab.MergeRequestDiscussions.all(projectId, iid, onePage),
    );
    const { total } = paginationInfo;
    return { rows: data, total: Number.isNaN(total) ? undefined : total };
  },

  /** Newest first. */
  notes: (projectId: number, iid: number, max: number, signal: AbortSignal) =>
    call(`Reading the comments of !${iid}`, { signal }, z.array(noteShape), () =>
      gitlab.MergeRequestNotes.all(projectId, iid, {
        sort: "desc",
        orderBy: "created_at",
        page: 1,
        perPage: max,
      }),
    ),

  comment: (projectId: number, iid: number, body: string, signal: AbortSignal) =>
    call(`Commenting on !${iid}`, { signal, effect: "write" }, noteShape, () =>
      gitlab.MergeRequestNotes.create(projectId, iid, body),
    ),

  reply: (projectId: number, iid: number, discussion: string, body: string, signal: AbortSignal) =>
    call(`Answering on !${iid}`, { signal, effect: "write" }, noteShape, () =>
      gitlab.MergeRequestDiscussions.addNote(projectId, iid, discussion, body),
    ),

  approvals: (projectId: number, iid: number, signal: AbortSignal) =>
    call(`Reading the approvals of !${iid}`, { signal }, approvalsShape, () =>
      gitlab.MergeRequestApprovals.showConfiguration(projectId, { mergerequestIId: iid }),
    ),

  diffs: (projectId: number, iid: number, signal: AbortSignal) =>
    call(`Reading the changes of !${iid}`, { signal }, z.array(diffShape), () =>
      gitlab.MergeRequests.allDiffs(projectId, iid, { page: 1, perPage: pageRows }),
    ),

  commit: (projectId: number, sha: string, signal: AbortSignal) =>
    call(`Reading commit ${sha.slice(0, 8)}`, { signal }, commitShape, () =>
      gitlab.Commits.show(projectId, sha),
    ),

  merge: (projectId: number, iid: number, order: MergeOrder, signal: AbortSignal) =>
    call(`Merging !${iid}`, { signal, effect: "write" }, fullMergeRequestShape, () =>
      gitlab.MergeRequests.merge(projectId, iid, {
        sha: order.sha,
        mergeCommitMessage: order.message,
        ...(order.squashMessage !== undefined && { squashCommitMessage: order.squashMessage }),
        ...(order.autoMerge && { autoMerge: true }),
      }),
    ),

  note: (projectId: number, iid: number, body: string, deadlineMs: number, signal: AbortSignal) =>
    call(`Commenting on !${iid}`, { signal, deadlineMs, effect: "write" }, z.unknown(), () =>
      gitlab.MergeRequestNotes.create(projectId, iid, body),
    ),
});
