import { z } from "zod";
import type { CallContext } from "../../src/core/tool.ts";
import type { Client } from "./api.ts";
import { call, pageRows, reading, writing } from "./call.ts";
import { fullMergeRequestShape } from "./shapes.ts";
import {
  blameShape,
  blobShape,
  branchShape,
  compareShape,
  fileShape,
  namedCommitShape,
  treeEntryShape,
} from "./shapes-code.ts";

/** One file of a commit. `lastCommit` is the commit that wrote the file as it was seen: GitLab refuses where another came. */
interface FileChange {
  path: string;
  content: string;
  lastCommit?: string;
}

/** A commit on a branch that does not exist yet, beginning at exactly one commit. */
export interface CommitOrder {
  branch: string;
  startSha: string;
  message: string;
  files: readonly FileChange[];
}

/** Files, branches and commits: searched, read, compared, and small changes on a branch of their own. */
export const codeCalls = (gitlab: Client) => ({
  /** At most one page of matches, in GitLab's order; words are looked for as they stand, together. */
  search: (
    scope: "blobs" | "wiki_blobs",
    projectId: number,
    query: { text: string; ref?: string; max: number },
    context: CallContext,
  ) =>
    call(
      scope === "blobs" ? "Searching the code" : "Searching the wiki",
      reading(context),
      z.array(blobShape),
      () =>
        gitlab.Search.all(scope as "blobs", query.text, {
          projectId,
          ...(query.ref !== undefined && { ref: query.ref }),
          ...{ page: 1, perPage: query.max },
        } as unknown as Parameters<typeof gitlab.Search.all>[2]),
    ),

  file: (projectId: number, path: string, ref: string, context: CallContext) =>
    call(`Reading ${path}`, reading(context), fileShape, () =>
      gitlab.RepositoryFiles.show(projectId, path, ref),
    ),

  /** Entries of a folder, one page. */
  tree: (projectId: number, path: string, ref: string, context: CallContext) =>
    call(`Listing ${path}`, reading(context), z.array(treeEntryShape), () =>
      gitlab.Repositories.allRepositoryTrees(projectId, {
        ...{ path, ref, page: 1, perPage: pageRows },
      } as unknown as Parameters<typeof gitlab.Repositories.allRepositoryTrees>[1]),
    ),

  /** Lines with the commits that wrote them, in the order of the file. */
  blame: (
    projectId: number,
    path: string,
    ref: string,
    range: { start: number; end: number },
    context: CallContext,
  ) =>
    call(`Reading who wrote ${path}`, reading(context), z.array(blameShape), () =>
      gitlab.RepositoryFiles.allFileBlames(projectId, path, ref, { range }),
    ),

  compare: (projectId: number, from: string, to: string, context: CallContext) =>
    call(`Comparing ${from} with ${to}`, reading(context), compareShape, () =>
      gitlab.Repositories.compare(projectId, from, to),
    ),

  branch: (projectId: number, name: string, context: CallContext) =>
    call(`Reading the branch ${name}`, reading(context), branchShape, () =>
      gitlab.Branches.show(projectId, name),
    ),

  /** Makes the branch with the commit on it, or neither: GitLab refuses where the branch is there already. */
  commitFiles: (projectId: number, order: CommitOrder, context: CallContext) =>
    call(`Committing to ${order.branch}`, writing(context), namedCommitShape, () =>
      gitlab.Commits.create(
        projectId,
        order.branch,
        order.message,
        order.files.map(({ path, content, lastCommit }) => ({
          action: lastCommit === undefined ? "create" : "update",
          filePath: path,
          content,
          ...(lastCommit !== undefined && { lastCommitId: lastCommit }),
        })),
        { startSha: order.startSha } as unknown as Parameters<typeof gitlab.Commits.create>[4],
      ),
    ),

  openMergeRequest: (
    projectId: number,
    order: { source: string; target: string; title: string; description: string },
    context: CallContext,
  ) =>
    call("Opening a merge request", writing(context), fullMergeRequestShape, () =>
      gitlab.MergeRequests.create(projectId, order.source, order.target, order.title, {
        description: order.description,
        removeSourceBranch: true,
      }),
    ),
});
