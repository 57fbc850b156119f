import { GitLabError, notAllowed, unauthorized } from "./errors.ts";
import { accessLevel } from "./access.ts";
import { detailedMergeStatus, inProgress, mergeableButForPipeline } from "./mergeability.ts";
import type { AutoMerge, MergeRequest, Pipeline, User } from "./types.ts";
import { fullPath, headSha, shaOf, type World } from "./world.ts";

/** How a merge is asked for. */
export interface MergeWish {
  /** The head the caller has seen; undefined: whatever it is. */
  readonly sha: string | undefined;
  /** Merge when the head pipeline is green, not now. */
  readonly auto: boolean;
  readonly squash: boolean;
  readonly removeBranch: boolean;
}

/**
 * Merges, or sets auto-merge. Throws GitLab's 401 (may not merge), 405 (not mergeable as it stands), 422 (conflicts)
 * or 409 (another head), checked in GitLab's order.
 */
export function merge(one: MergeRequest, user: User, wish: MergeWish, world: World): void {
  if (accessLevel(one.project, user) < one.project.mergeLevel) throw unauthorized();
  const green = world.headPipeline(one)?.status === "success";
  const now = wish.auto ? green : detailedMergeStatus(one, world) === "mergeable" || one.has_conflicts;
  if (one.state !== "opened" || one.draft || (!now && !mayWait(one, wish, world))) throw notAllowed();
  if (one.has_conflicts) throw new GitLabError(422, { message: "Branch cannot be merged" });
  if (wish.sha !== undefined && wish.sha !== headSha(one)) {
    throw new GitLabError(409, { message: `SHA does not match HEAD of source branch: ${headSha(one)}` });
  }
  if (now) return mergeNow(one, user, wish.squash || one.squash, world);
  one.autoMerge = {
    user,
    sha: headSha(one),
    squash: wish.squash || one.squash,
    removeBranch: wish.removeBranch,
  };
  one.merge_user = user;
  note(one, user, `enabled an automatic merge when all merge checks for ${headSha(one)} pass`, world);
  changed(one, "auto_merge_set", user, world);
}

/** GitLab offers auto-merge where something is in progress, or where the project itself waits for a green pipeline. */
function mayWait(one: MergeRequest, wish: MergeWish, world: World): boolean {
  if (!wish.auto) return false;
  return (
    inProgress(world.headPipeline(one)?.status) ||
    one.project.only_allow_merge_if_pipeline_succeeds ||
    world.settings.autoMergeWhenRed === "accepted"
  );
}

/** Calls an auto-merge off. Throws GitLab's 401, or its 406 where none was set. */
export function cancelAutoMerge(one: MergeRequest, user: User, world: World): void {
  if (accessLevel(one.project, user) < one.project.mergeLevel) throw unauthorized();
  if (!one.autoMerge) throw new GitLabError(406, { message: "Can't cancel the automatic merge" });
  dropAutoMerge(one, user, "canceled the automatic merge", world);
}

/** Takes auto-merge away and says why in the trail. */
export function dropAutoMerge(one: MergeRequest, user: User, why: string, world: World): void {
  one.autoMerge = null;
  one.merge_user = null;
  note(one, user, why, world);
  changed(one, "auto_merge_cancelled", user, world);
}

/** Merges what waits for this pipeline, if it is still the head's. */
export function mergeWhatWaitsFor(pipeline: Pipeline, world: World): void {
  for (const one of world.mergeRequests) {
    const wish: AutoMerge | null = one.autoMerge;
    if (!wish || world.headPipeline(one) !== pipeline || !mergeableButForPipeline(one)) continue;
    mergeNow(one, wish.user, wish.squash, world);
  }
}

function mergeNow(one: MergeRequest, user: User, squash: boolean, world: World): void {
  const now = world.clock.iso();
  one.state = "merged";
  one.autoMerge = null;
  one.merge_user = user;
  one.merged_at = now;
  one.merge_commit_sha = shaOf(`merge ${fullPath(one.project)}!${one.iid} ${headSha(one)}`);
  one.squash_commit_sha = squash ? shaOf(`squash ${headSha(one)}`) : null;
  note(one, user, "merged", world);
  changed(one, "merged", user, world);
}

/** Closes without merging. */
export function close(one: MergeRequest, user: User, world: World): void {
  if (one.state !== "opened") throw notAllowed();
  one.state = "closed";
  one.closed_by = user;
  one.closed_at = world.clock.iso();
  note(one, user, "closed", world);
  changed(one, "closed", user, world);
}

/** A line of the merge request's own trail. */
function note(one: MergeRequest, author: User, body: string, world: World): void {
  const now = world.clock.iso();
  const id = world.nextId();
  world.notes.push({
    id,
    mergeRequest: one,
    discussion: shaOf(`discussion ${id}`),
    body,
    author,
    system: true,
    created_at: now,
    updated_at: now,
    resolvable: false,
    resolved: false,
  });
}

/** Marks a change of a merge request and tells the feed. */
export function changed(one: MergeRequest, verb: string, user: User, world: World): void {
  one.updated_at = world.clock.iso();
  world.feed.publish(`merge_request.${verb}`, {
    project: fullPath(one.project),
    iid: one.iid,
    title: one.title,
    state: one.state,
    sha: headSha(one),
    by: user.username,
  });
}
