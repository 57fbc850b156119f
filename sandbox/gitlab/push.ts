import { startPipeline } from "./ci-life.ts";
import { changed, dropAutoMerge } from "./merge-life.ts";
import type { MergeRequest, User } from "./types.ts";
import { fullPath, headSha, shaOf, type World } from "./world.ts";

/**
 * Pushes a commit to the source branch of a merge request: a new head and a new pipeline; auto-merge is called off,
 * as GitLab does. Returns the new head's sha.
 */
export function pushCommit(one: MergeRequest, author: User, title: string, world: World): string {
  if (one.state !== "opened")
    throw new Error(`!${one.iid} is ${one.state}: its branch takes no more commits`);
  const last = world.headPipeline(one);
  const id = shaOf(`${fullPath(one.project)}!${one.iid} ${one.commits.length} ${title}`);
  one.commits.push({ id, title, author, created_at: world.clock.iso() });
  if (one.autoMerge) {
    dropAutoMerge(one, author, "aborted the automatic merge because the source branch was updated", world);
  }
  changed(one, "pushed", author, world);
  if (last) startPipeline(last, headSha(one), author, world);
  return id;
}
