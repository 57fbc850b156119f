import { accessLevel } from "./access.ts";
import { startPipeline } from "./ci-life.ts";
import { GitLabError, badParameter, forbidden, unauthorized } from "./errors.ts";
import { changed, close } from "./merge-life.ts";
import type { MergeRequest, Project, User } from "./types.ts";
import { fullPath, headSha, shaOf, type World } from "./world.ts";

/** What a new merge request is asked to be. */
export interface Wish {
  readonly source: string;
  readonly target: string;
  readonly title: string;
  readonly description: string;
  readonly labels: string[];
  readonly reviewers: number[];
}

/** Opens a merge request. Throws GitLab's 409 where one is open for that branch. */
export function openMergeRequest(project: Project, wish: Wish, author: User, world: World): MergeRequest {
  const own = world.mergeRequests.filter((one) => one.project === project);
  const same = own.find((one) => one.state === "opened" && one.source_branch === wish.source);
  if (same)
    throw new GitLabError(409, {
      message: [`Another open merge request already exists for this source branch: !${same.iid}`],
    });
  const iid = Math.max(0, ...own.map((one) => one.iid)) + 1;
  const now = world.clock.iso();
  const one: MergeRequest = {
    id: 70_000 + project.id * 10 + iid,
    iid,
    project,
    title: wish.title,
    description: wish.description,
    state: "opened",
    draft: /^draft:/i.test(wish.title),
    created_at: now,
    updated_at: now,
    merged_at: null,
    closed_at: null,
    merge_user: null,
    closed_by: null,
    author,
    assignees: [],
    reviewers: world.users.filter((user) => wish.reviewers.includes(user.id)),
    approvedBy: [],
    labels: wish.labels,
    source_branch: wish.source,
    target_branch: wish.target,
    has_conflicts: false,
    commits: [
      { id: shaOf(`${fullPath(project)} ${wish.source}`), title: wish.title, author, created_at: now },
    ],
    merge_commit_sha: null,
    squash_commit_sha: null,
    squash: false,
    autoMerge: null,
    diffs: [],
  };
  world.mergeRequests.push(one);
  changed(one, "opened", author, world);
  return one;
}

/** Closes or reopens, or changes a title. Throws GitLab's 403 where the person may not. */
export function editMergeRequest(
  one: MergeRequest,
  user: User,
  wish: { event: string | undefined; title: string | undefined },
  world: World,
): void {
  if (accessLevel(one.project, user) < 30 && one.author !== user) throw forbidden();
  if (wish.title !== undefined) {
    one.title = wish.title;
    one.draft = /^draft:/i.test(wish.title);
  }
  if (wish.event === "close") return close(one, user, world);
  if (wish.event === "reopen") {
    if (one.state !== "closed") throw new GitLabError(405, { message: "405 Method Not Allowed" });
    one.state = "opened";
    one.closed_at = null;
    one.closed_by = null;
  } else if (wish.event !== undefined) throw badParameter("state_event");
  changed(one, "edited", user, world);
}

/** Approves at a head. Throws GitLab's 401 for an author or a second time, its 409 for another head. */
export function approve(one: MergeRequest, user: User, sha: string | undefined, world: World): void {
  if (accessLevel(one.project, user) < 30 || one.author === user || one.approvedBy.includes(user))
    throw unauthorized();
  if (sha !== undefined && sha !== headSha(one))
    throw new GitLabError(409, { message: `SHA does not match HEAD of source branch: ${headSha(one)}` });
  one.approvedBy.push(user);
  changed(one, "approved", user, world);
}

/** Takes an approval back. Throws GitLab's 404 where there is none. */
export function unapprove(one: MergeRequest, user: User, world: World): void {
  if (!one.approvedBy.includes(user)) throw new GitLabError(404, { message: "404 Not found" });
  one.approvedBy = one.approvedBy.filter((each) => each !== user);
  changed(one, "unapproved", user, world);
}

/** Puts its commits on top of the target branch, a while later: a new head, a new pipeline. */
export function rebase(one: MergeRequest, user: User, world: World): void {
  if (accessLevel(one.project, user) < 30) throw forbidden();
  if (one.state !== "opened") throw new GitLabError(405, { message: "405 Method Not Allowed" });
  one.rebasing = true;
  const { jobMs } = world.settings;
  world.clock.after(Number.isFinite(jobMs) ? jobMs : 0, () => {
    one.rebasing = false;
    one.behind = 0;
    const last = world.headPipeline(one);
    const id = shaOf(`rebased ${headSha(one)}`);
    one.commits = one.commits.map((commit, index) =>
      index === one.commits.length - 1 ? { ...commit, id } : commit,
    );
    changed(one, "rebased", user, world);
    if (last) startPipeline(last, id, user, world);
  });
}
