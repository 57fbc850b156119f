import { messageOf, TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, ToolOutput } from "../../src/core/tool.ts";
import { line, link, plain } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import type { ChangeArgs } from "./file-change.ts";
import type { MergeRequest } from "./shapes.ts";
import { onBehalf } from "./trail.ts";
import { unlessMissing } from "./words.ts";

/** The branch of an action: sent twice, GitLab would refuse the second. */
const branchOf = (context: CallContext): string =>
  `steward/${context.callId.replaceAll(/[^\w-]+/g, "-").slice(0, 60)}`;

/** Commits on a branch of its own, which GitLab makes with it or not at all; then opens the merge request. */
export async function sendChange(
  api: GitLabApi,
  wish: ChangeArgs,
  context: CallContext,
): Promise<ToolOutput> {
  const branch = branchOf(context);
  const order = {
    branch,
    startSha: wish.start,
    message: `${wish.title}\n\nRequested ${onBehalf(context)}`,
    files: wish.files.map(({ path, content, last_commit: lastCommit }) => ({
      path,
      content,
      ...(lastCommit !== undefined && { lastCommit }),
    })),
  };
  await api.commitFiles(wish.project_id, order, context);
  try {
    return outputOf(wish, await open(api, wish, branch, context));
  } catch (error) {
    // The commit stands: to call that a failure would be as wrong as to call it a merge request.
    if (error instanceof TerminalError) return withoutMergeRequest(api, wish, branch, messageOf(error));
    throw error;
  }
}

const open = (api: GitLabApi, wish: ChangeArgs, branch: string, context: CallContext) =>
  api.openMergeRequest(
    wish.project_id,
    {
      source: branch,
      target: wish.target_branch,
      title: wish.title,
      description: `${wish.description === "" ? "" : `${wish.description}\n\n`}Opened by Steward ${onBehalf(context)}.`,
    },
    context,
  );

const outputOf = (wish: ChangeArgs, one: MergeRequest): ToolOutput => ({
  text: `${link(plain(one.references.full), one.web_url)} “${plain(wish.title, 120)}” was opened: ${paths(wish)}, into ${plain(wish.target_branch)}. Nothing is merged.`,
  sources: [{ label: one.references.full, url: one.web_url }],
  data: { iid: one.iid, branch: one.source_branch },
  untrusted: [],
});

const paths = (wish: ChangeArgs): string => wish.files.map(({ path }) => plain(path, 100)).join(", ");

function withoutMergeRequest(api: GitLabApi, wish: ChangeArgs, branch: string, why: string): ToolOutput {
  const query = `merge_request%5Bsource_branch%5D=${encodeURIComponent(branch)}`;
  const url = `${api.host}/${wish.project}/-/merge_requests/new?${query}`;
  return {
    text: `The change of ${paths(wish)} is committed to the branch ${plain(branch)}, but there is no merge request: ${plain(why, 300)} ${link("Open it in GitLab", url)}.`,
    sources: [{ label: line(branch, 100), url }],
    data: { branch },
    untrusted: [],
  };
}

/** Proven by the branch, whose name only this action has. */
export async function findChange(api: GitLabApi, wish: ChangeArgs, context: CallContext): Promise<Found> {
  const branch = branchOf(context);
  const there = await unlessMissing(api.branch(wish.project_id, branch, context));
  const { rows } = await api.mergeRequests(
    { projectId: wish.project_id, sourceBranch: branch, newestFirst: true },
    context.signal,
  );
  const [opened] = rows;
  if (opened !== undefined) return { kind: "done", output: outputOf(wish, opened) };
  if (there === undefined) return { kind: "not_done" };
  return { kind: "done", output: withoutMergeRequest(api, wish, branch, "GitLab shows none.") };
}
