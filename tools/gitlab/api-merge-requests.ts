import { z } from "zod";
import type { Client } from "./api.ts";
import { call, listed, pageRows } from "./call.ts";
import {
  approvalsShape,
  commitShape,
  type Diff,
  diffShape,
  fullMergeRequestShape,
  mergeRequestShape,
} from "./shapes.ts";

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

/** Files of one page. GitLab cuts the change of a file at 200 kB. */
const diffsAtOnce = 20;

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

  approvals: (projectId: number, iid: number, signal: AbortSignal) =>
    call(`Reading the approvals of !${iid}`, { signal }, approvalsShape, () =>
      gitlab.MergeRequestApprovals.showConfiguration(projectId, { mergerequestIId: iid }),
    ),

  /** At most a hundred files, a few at a time: one page of large changes must fit into one reply. */
  diffs: async (projectId: number, iid: number, signal: AbortSignal): Promise<Diff[]> => {
    const found: Diff[] = [];
    for (let page = 1; found.length < pageRows; page += 1) {
      const rows = await call(`Reading the changes of !${iid}`, { signal }, z.array(diffShape), () =>
        gitlab.MergeRequests.allDiffs(projectId, iid, { page, perPage: diffsAtOnce }),
      );
      found.push(...rows.slice(0, pageRows - found.length));
      if (rows.length < diffsAtOnce) break;
    }
    return found;
  },

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
