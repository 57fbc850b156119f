import { badParameter } from "./errors.ts";
import { changed, close, merge } from "./merge-life.ts";
import type { MergeRequest, Note, User } from "./types.ts";
import { shaOf, type World } from "./world.ts";

/**
 * Adds a person's comment. As in GitLab, a line that starts with a slash is a quick action and acts with the
 * author's rights: /merge and /close work here. A comment of quick actions alone leaves no note (undefined).
 */
export function comment(one: MergeRequest, author: User, body: string, world: World): Note | undefined {
  if (body.trim() === "") throw badParameter("body", "is empty");
  const lines = body.split("\n");
  const actions = lines.filter((line) => /^\/(merge|close)\s*$/.test(line));
  for (const action of actions) quickAction(one, author, action.trim(), world);
  const kept = lines.filter((line) => !actions.includes(line)).join("\n");
  if (kept.trim() === "") return undefined;
  const now = world.clock.iso();
  const id = world.nextId();
  const note: Note = {
    id,
    mergeRequest: one,
    discussion: shaOf(`discussion ${id}`),
    body: kept,
    author,
    system: false,
    created_at: now,
    updated_at: now,
    resolvable: false,
    resolved: false,
  };
  world.notes.push(note);
  changed(one, "commented", author, world);
  return note;
}

function quickAction(one: MergeRequest, author: User, action: string, world: World): void {
  if (action === "/close") close(one, author, world);
  else merge(one, author, { sha: undefined, auto: false, squash: false, removeBranch: false }, world);
}
