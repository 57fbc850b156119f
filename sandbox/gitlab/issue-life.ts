import { badParameter } from "./errors.ts";
import type { Issue, Project, User } from "./types.ts";
import type { IssueNote } from "./types-work.ts";
import { fullPath, type World } from "./world.ts";

interface Order {
  readonly title: string;
  readonly description: string | undefined;
  readonly labels: string[];
}

/** Opens an issue with the next number of its project. */
export function openIssue(project: Project, author: User, order: Order, world: World): Issue {
  const own = world.issues.filter((one) => one.project === project).map(({ iid }) => iid);
  const now = world.clock.iso();
  const issue: Issue = {
    ...{ id: world.nextId(), project, title: order.title, state: "opened", author },
    iid: Math.max(0, ...own) + 1,
    description: order.description ?? "",
    labels: order.labels,
    ...{ assignees: [], due_date: null, closed_at: null, movedTo: null },
    ...{ created_at: now, updated_at: now },
  };
  world.issues.push(issue);
  tell("opened", issue, author, world);
  return issue;
}

interface Edit {
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly labels: string[] | undefined;
  readonly assignees: User[] | undefined;
  /** Empty: none. */
  readonly due: string | undefined;
  readonly event: string | undefined;
}

/** Changes what is given. Throws GitLab's 400 for a day or a change of state that is none. */
export function editIssue(issue: Issue, by: User, edit: Edit, world: World): void {
  if (edit.due !== undefined && edit.due !== "" && Number.isNaN(Date.parse(edit.due)))
    throw badParameter("due_date", "is invalid");
  if (edit.event !== undefined && !["close", "reopen"].includes(edit.event))
    throw badParameter("state_event");
  issue.title = edit.title ?? issue.title;
  issue.description = edit.description ?? issue.description;
  issue.labels = edit.labels ?? issue.labels;
  issue.assignees = edit.assignees ?? issue.assignees;
  if (edit.due !== undefined) issue.due_date = edit.due === "" ? null : edit.due;
  if (edit.event !== undefined) setState(issue, edit.event === "close" ? "closed" : "opened", world);
  issue.updated_at = world.clock.iso();
  tell("changed", issue, by, world);
}

function setState(issue: Issue, state: Issue["state"], world: World): void {
  issue.state = state;
  issue.closed_at = state === "closed" ? world.clock.iso() : null;
}

/** A copy in the other project; the old one is closed and says where it went. */
export function moveIssue(issue: Issue, to: Project, by: User, world: World): Issue {
  if (issue.project === to) throw badParameter("issue", "cannot be moved to the project it originates from");
  const { title, description, labels, author } = issue;
  const moved = openIssue(to, author, { title, description, labels }, world);
  moved.assignees = issue.assignees;
  issue.movedTo = moved;
  setState(issue, "closed", world);
  system(issue, by, `moved to ${fullPath(to)}#${moved.iid}`, world);
  system(moved, by, `moved from ${fullPath(issue.project)}#${issue.iid}`, world);
  return moved;
}

/** Adds a comment. As in GitLab, a line that is a quick action acts: /close and /reopen work here. */
export function commentIssue(issue: Issue, author: User, body: string, world: World): IssueNote | undefined {
  if (body.trim() === "") throw badParameter("body", "is empty");
  const lines = body.split("\n");
  const actions = lines.filter((line) => /^\/(close|reopen)\s*$/.test(line));
  for (const action of actions) setState(issue, action.startsWith("/close") ? "closed" : "opened", world);
  const kept = lines.filter((line) => !actions.includes(line)).join("\n");
  return kept.trim() === "" ? undefined : note(issue, author, kept, false, world);
}

const system = (issue: Issue, by: User, body: string, world: World) => note(issue, by, body, true, world);

function note(issue: Issue, author: User, body: string, isSystem: boolean, world: World): IssueNote {
  const now = world.clock.iso();
  const added = { id: world.nextId(), issue, body, author, system: isSystem, created_at: now };
  world.issueNotes.push(added);
  issue.updated_at = now;
  tell("commented", issue, author, world);
  return added;
}

const tell = (what: "opened" | "changed" | "commented", issue: Issue, by: User, world: World) =>
  world.feed.publish(`issue.${what}`, {
    ...{ project: fullPath(issue.project), iid: issue.iid, title: issue.title, by: by.username },
  });
