import { z } from "zod";
import type { Client } from "./api.ts";
import { call, listed, pageRows } from "./call.ts";
import { approvalsShape, fullMergeRequestShape, noteShape } from "./shapes.ts";
import { discussionShape } from "./shapes-delivery.ts";

/** A new merge request, as the tool asks for it. */
export interface MergeRequestOrder {
  source: string;
  target: string;
  title: string;
  description: string;
  labels: readonly string[];
  reviewerIds: readonly number[];
}

/** What people do with a merge request before it is merged: open it, discuss it, approve it, bring it up to date. */
export const reviewCalls = (gitlab: Client) => ({
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
      () =>
        gitlab.MergeRequestDiscussions.all(projectId, iid, {
          page: 1,
          perPage: pageRows,
          showExpanded: true,
        }),
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
});
