import { finishJob, finishPipeline } from "./ci-life.ts";
import { commentIssue, editIssue } from "./issue-life.ts";
import { changed, close, merge } from "./merge-life.ts";
import { comment } from "./note-life.ts";
import { pushCommit } from "./push.ts";
import { commitOnMain } from "./repository.ts";
import type { Issue, MergeRequest } from "./types.ts";
import type { World } from "./world.ts";

/** Changes that somebody else makes to a merge request's own fields. */
interface Edit {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly draft?: boolean | undefined;
  readonly has_conflicts?: boolean | undefined;
  readonly reviewers?: readonly string[] | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** What other people and runners do in GitLab, for tests and for the sandbox page. People are usernames. */
export interface Hands {
  /** A new commit on the source branch; gives the new head's sha. */
  push(project: string, iid: number, by: string, title?: string): string;
  merge(project: string, iid: number, by: string): void;
  close(project: string, iid: number, by: string): void;
  comment(project: string, iid: number, by: string, body: string): void;
  edit(project: string, iid: number, by: string, edit: Edit): void;
  editIssue(
    project: string,
    iid: number,
    by: string,
    edit: { title?: string; description?: string; labels?: string[]; event?: "close" | "reopen" },
  ): void;
  commentIssue(project: string, iid: number, by: string, body: string): void;
  /** A file of the default branch, in a commit of its own. */
  write(project: string, path: string, content: string, title?: string): void;
  finishPipeline(id: number, status: "success" | "failed"): void;
  finishJob(id: number, status: "success" | "failed"): void;
}

/** The hands of `world()`; it is asked each time because a reset makes a new world. */
export function hands(world: () => World): Hands {
  return {
    push: (project, iid, by, title = "Answer the review") =>
      pushCommit(find(world(), project, iid), world().user(by), title, world()),
    merge: (project, iid, by) => {
      const wish = { sha: undefined, auto: false, squash: false, removeBranch: false };
      merge(find(world(), project, iid), world().user(by), wish, world());
    },
    close: (project, iid, by) => close(find(world(), project, iid), world().user(by), world()),
    comment: (project, iid, by, body) => {
      comment(find(world(), project, iid), world().user(by), body, world());
    },
    edit: (project, iid, by, { reviewers, ...fields }) => {
      const one = find(world(), project, iid);
      const given = Object.entries(fields).filter(([, value]) => value !== undefined);
      Object.assign(one, Object.fromEntries(given));
      if (reviewers) one.reviewers = reviewers.map((name) => world().user(name));
      changed(one, "edited", world().user(by), world());
    },
    editIssue: (project, iid, by, { title, description, labels, event }) => {
      const edit = { title, description, labels, event, assignees: undefined, due: undefined };
      editIssue(findIssue(world(), project, iid), world().user(by), edit, world());
    },
    commentIssue: (project, iid, by, body) => {
      commentIssue(findIssue(world(), project, iid), world().user(by), body, world());
    },
    write: (project, path, content, title = `Write ${path}`) => {
      const found = world().findProject(project);
      if (!found) throw new Error(`no project ${project}`);
      commitOnMain(found, { path, content, title, author: world().user("boris") }, world());
    },
    finishPipeline: (id, status) => finishPipeline(byId(world().pipelines, "pipeline", id), status, world()),
    finishJob: (id, status) => finishJob(byId(world().jobs, "job", id), status, world()),
  };
}

function find(world: World, ref: string, iid: number): MergeRequest {
  const project = world.findProject(ref);
  if (!project) throw new Error(`no project ${ref}`);
  const found = world.mergeRequests.find((one) => one.project === project && one.iid === iid);
  if (!found) throw new Error(`no merge request !${iid} in ${ref}`);
  return found;
}

function findIssue(world: World, ref: string, iid: number): Issue {
  const project = world.findProject(ref);
  const found = world.issues.find((one) => one.project === project && one.iid === iid);
  if (!found) throw new Error(`no issue #${iid} in ${ref}`);
  return found;
}

function byId<T extends { id: number }>(rows: readonly T[], noun: string, id: number): T {
  const row = rows.find((one) => one.id === id);
  if (!row) throw new Error(`no ${noun} ${id}`);
  return row;
}
