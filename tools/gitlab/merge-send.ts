import { TerminalError, UnknownOutcomeError } from "../../src/core/errors.ts";
import type { CallContext, ToolOutput } from "../../src/core/tool.ts";
import { beforeSending } from "../before-sending.ts";
import { line, link, plain } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import type { MergeArgs } from "./merge-request-merge.ts";
import { inertText } from "./quick-actions.ts";
import type { FullMergeRequest } from "./shapes.ts";
import { leaveNote, onBehalf } from "./trail.ts";
import { GitLabRefusedError } from "./words.ts";

/** The line of a merge commit that names the action: what `find` looks for. */
export const actionTrailer = (action: string): string => `Steward-Action: ${action}`;

/** Sends the merge once, bound to its head. */
export async function sendMerge(api: GitLabApi, wish: MergeArgs, context: CallContext): Promise<ToolOutput> {
  const one = await beforeSending(api.mergeRequest(wish.project_id, wish.iid, context.signal));
  // GitLab looks at state and pipeline before it looks at the commit; a moved head would be refused for another reason.
  if (one.sha !== wish.sha) throw moved(one.references.full);
  const trailer = `Requested-by: ${line(context.principal.name, 80)} via Steward\n${actionTrailer(context.callId)}`;
  const order = {
    sha: wish.sha,
    autoMerge: wish.when_green,
    message: inertText(
      `Merge branch '${line(one.source_branch)}' into '${line(one.target_branch)}'\n\n${line(one.title, 250)}\n\nSee merge request ${one.references.full}\n\n${trailer}`,
    ),
    ...((one.squash_on_merge ?? one.squash) && {
      squashMessage: inertText(`${line(one.title, 250)}\n\n${trailer}`),
    }),
  };
  const after = await send(api, wish, order, context);
  const output = mergeOutput(after, wish);
  const verb = after.state === "merged" ? "merged this" : "set auto-merge";
  const note = await leaveNote(
    api,
    wish.project_id,
    wish.iid,
    `Steward ${verb} at ${wish.sha.slice(0, 8)} ${onBehalf(context)}.`,
    context,
  );
  return { ...output, text: `${output.text}${note}` };
}

async function send(
  api: GitLabApi,
  wish: MergeArgs,
  order: Parameters<GitLabApi["merge"]>[2],
  context: CallContext,
): Promise<FullMergeRequest> {
  let after: FullMergeRequest;
  try {
    after = await api.merge(wish.project_id, wish.iid, order, context.signal);
  } catch (error) {
    throw refusal(error, wish);
  }
  if (after.state === "merged" || isWaiting(after, wish)) return after;
  throw new UnknownOutcomeError(
    "gitlab_merge_unknown",
    `GitLab accepted the merge of ${wish.project} ${wish.merge_request} but shows it neither merged nor waiting for its pipeline. Check before anything is repeated.`,
  );
}

/** Auto-merge is set, at the very commit that was approved. */
export const isWaiting = (one: FullMergeRequest, wish: MergeArgs): boolean =>
  wish.when_green &&
  one.state === "opened" &&
  one.merge_when_pipeline_succeeds === true &&
  one.sha === wish.sha;

export function mergeOutput(one: FullMergeRequest, wish: MergeArgs): ToolOutput {
  const name = link(plain(one.references.full), one.web_url);
  const at = (one.merge_commit_sha ?? one.squash_commit_sha)?.slice(0, 8);
  const head = wish.sha.slice(0, 8);
  return {
    text:
      one.state === "merged"
        ? `${name} was merged into ${plain(wish.target_branch)} at head ${head}${at === undefined ? "" : `, as commit ${at}`}.`
        : `Auto-merge is set for ${name} at head ${head}: it merges into ${plain(wish.target_branch)} when its pipeline passes.`,
    sources: [{ label: one.references.full, url: one.web_url }],
    data: { state: one.state, sha: wish.sha, auto_merge: one.state !== "merged" },
    untrusted: [],
  };
}

/** GitLab's refusals of a merge, in words that say what to do; anything unclear passes as it is. */
function refusal(error: unknown, wish: MergeArgs): unknown {
  if (!(error instanceof GitLabRefusedError)) return error;
  const name = `${wish.project} ${wish.merge_request}`;
  switch (error.status) {
    case 401:
      return new TerminalError(
        "gitlab_401",
        `Steward's account may not merge into ${line(wish.target_branch)} of ${wish.project}, or its token is not valid. A maintainer gives it the right; nothing was merged.`,
        { cause: error },
      );
    case 405:
      return new TerminalError(
        "gitlab_405",
        wish.when_green
          ? `GitLab does not take an auto-merge of ${name}: no pipeline is under way that could turn green. Retry its failed job first, or ask to merge without waiting. Nothing was merged.`
          : `GitLab does not merge ${name} in its present state: a draft, open discussions, missing approvals or a pipeline that must pass. Nothing was merged; look at it first.`,
        { cause: error },
      );
    case 409:
      return moved(name);
    case 422:
      return new TerminalError(
        "gitlab_422",
        `${name} cannot be merged: its branch conflicts with ${line(wish.target_branch)}. Nothing was merged.`,
        { cause: error },
      );
    default:
      return error;
  }
}

const moved = (name: string) =>
  new TerminalError(
    "gitlab_409",
    `${name} has a new head commit since it was approved, so nothing was merged. Ask again for the new head.`,
  );
