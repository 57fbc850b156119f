import type { CallContext, Found, Progress } from "../../src/core/tool.ts";
import type { GitLabApi } from "./api.ts";
import type { MergeArgs } from "./merge-request-merge.ts";
import { actionTrailer, isWaiting, mergeOutput } from "./merge-send.ts";
import type { FullMergeRequest } from "./shapes.ts";
import { stateWords } from "./states.ts";
import { unlessMissing } from "./words.ts";

/**
 * Did this merge happen? Proven by the trailer of the merge commit; where the project's merges leave no commit of
 * their own, by the account that merged.
 */
export async function findMerge(api: GitLabApi, wish: MergeArgs, context: CallContext): Promise<Found> {
  const [one, me] = await Promise.all([
    api.mergeRequest(wish.project_id, wish.iid, context.signal),
    api.me(context.signal),
  ]);
  const done = { kind: "done", output: mergeOutput(one, wish) } as const;
  const by = one.merge_user ?? one.merged_by;
  if (isWaiting(one, wish)) return by && by.id !== me.id ? { kind: "not_done" } : done;
  if (one.state !== "merged") return { kind: "not_done" };
  if (one.sha !== wish.sha) return { kind: "not_done" };
  const action = await actionOf(api, wish, one, context);
  if (action === "this") return done;
  if (action === "another") return { kind: "not_done" };
  if (!by) return { kind: "unknown", why: "It is merged at that commit, and GitLab does not say by whom." };
  return by.id === me.id ? done : { kind: "not_done" };
}

async function actionOf(
  api: GitLabApi,
  wish: MergeArgs,
  one: FullMergeRequest,
  context: CallContext,
): Promise<"this" | "another" | "none"> {
  const sha = one.squash_commit_sha ?? one.merge_commit_sha;
  if (!sha) return "none";
  const commit = await unlessMissing(api.commit(wish.project_id, sha, context.signal));
  if (commit?.message.includes(actionTrailer(context.callId))) return "this";
  return commit?.message.includes(actionTrailer("")) ? "another" : "none";
}

/** Merge when green, to its end; a plain merge has ended already. */
export async function followMerge(api: GitLabApi, wish: MergeArgs, context: CallContext): Promise<Progress> {
  const one = await api.mergeRequest(wish.project_id, wish.iid, context.signal);
  if (one.state === "merged") {
    return { text: `${wish.merge_request} is merged into ${wish.target_branch}`, ended: true, ok: true };
  }
  if (one.state !== "opened")
    return { text: `${wish.merge_request} was ${one.state} without a merge`, ended: true, ok: false };
  if (one.sha !== wish.sha) {
    return {
      text: `${wish.merge_request} has a new commit, so the auto-merge that was approved is void`,
      ended: true,
      ok: false,
    };
  }
  if (!isWaiting(one, wish)) {
    return {
      text: `The auto-merge of ${wish.merge_request} was called off in GitLab`,
      ended: true,
      ok: false,
    };
  }
  const pipeline = one.head_pipeline;
  const state = pipeline ? `pipeline ${pipeline.id} ${stateWords(pipeline.status)}` : "no pipeline yet";
  return { text: `Waiting for a green pipeline: ${state}`, ended: false };
}
