import { json } from "../../http/reply.ts";
import type { Route } from "../../http/types.ts";
import { accessLevel, maySee, visibleGroup, visibleProject } from "../access.ts";
import { badParameter, forbidden, notFound } from "../errors.ts";
import { commentIssue, editIssue, moveIssue, openIssue } from "../issue-life.ts";
import { page } from "../paging.ts";
import { field, idField, list, listField, oneOf, textField } from "../query.ts";
import { showUser } from "../show.ts";
import type { Issue } from "../types.ts";
import type { IssueNote } from "../types-work.ts";
import { fullPath } from "../world.ts";
import { projectOf, type Api, type Request } from "./guard.ts";

const titleCharsMax = 255;

/** Issues: lists by words, people, labels and state; one, its comments; opening, changing, moving. */
export function issueRoutes(api: Api): Route[] {
  const one = "/projects/:id/issues/:iid";
  return [
    api("GET", "/issues", (request) => {
      const { user } = request.caller;
      const wide = oneOf(request.call, "scope", ["created_by_me", "assigned_to_me", "all"]) === "all";
      const seen = request.world.issues.filter(({ project }) => maySee(project, user));
      return lists(request, wide ? seen : seen.filter(({ author }) => author === user));
    }),
    api("GET", "/groups/:id/issues", (request) => {
      const group = visibleGroup(request.world, request.call.param("id"), request.caller);
      const { user } = request.caller;
      const inside = ({ project }: Issue) => project.group === group && maySee(project, user);
      return lists(request, request.world.issues.filter(inside));
    }),
    api("GET", "/projects/:id/issues", (request) => {
      const project = projectOf(request);
      return lists(
        request,
        request.world.issues.filter((issue) => issue.project === project),
      );
    }),
    api("GET", one, (request) => json(200, showIssue(issueOf(request), request))),
    api("POST", "/projects/:id/issues", (request) => {
      const project = projectOf(request);
      const { user } = request.caller;
      if (accessLevel(project, user) === 0) throw forbidden();
      const title = titleIn(request);
      if (title === undefined) throw badParameter("title", "is missing");
      const issue = openIssue(
        project,
        user,
        {
          title,
          description: textField(request.call, "description"),
          labels: listField(request.call, "labels"),
        },
        request.world,
      );
      return json(201, showIssue(issue, request));
    }),
    api("PUT", one, (request) => {
      const { call, world, caller } = request;
      const issue = issueOf(request);
      if (accessLevel(issue.project, caller.user) < 20 && issue.author !== caller.user) throw forbidden();
      const people = field(call, "assignee_ids") === undefined ? undefined : listField(call, "assignee_ids");
      const edit = {
        title: titleIn(request),
        description: textField(call, "description"),
        labels: field(call, "labels") === undefined ? undefined : listField(call, "labels"),
        assignees: people && world.users.filter(({ id }) => people.includes(String(id))),
        due: textField(call, "due_date"),
        event: textField(call, "state_event"),
      };
      editIssue(issue, caller.user, edit, world);
      return json(200, showIssue(issue, request));
    }),
    api("POST", `${one}/move`, (request) => {
      const { call, caller, world } = request;
      const issue = issueOf(request);
      const to = visibleProject(world, idField(call, "to_project_id"), caller);
      const least = Math.min(accessLevel(issue.project, caller.user), accessLevel(to, caller.user));
      if (least < 20) throw badParameter("issue", "cannot be moved due to insufficient permissions");
      return json(201, showIssue(moveIssue(issue, to, caller.user, world), request));
    }),
    api("GET", `${one}/notes`, (request) => {
      const issue = issueOf(request);
      const ascending = oneOf(request.call, "sort", ["asc", "desc"]) === "asc";
      const notes = request.world.issueNotes
        .filter((note) => note.issue === issue)
        .toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.id - b.id);
      return page(request.call, ascending ? notes : notes.reverse(), (note) => showNote(note, request));
    }),
    api("POST", `${one}/notes`, (request) => {
      const issue = issueOf(request);
      const { user } = request.caller;
      if (accessLevel(issue.project, user) === 0) throw forbidden();
      const body = textField(request.call, "body");
      if (body === undefined) throw badParameter("body", "is missing");
      const note = commentIssue(issue, user, body, request.world);
      if (note) return json(201, showNote(note, request));
      return json(202, { commands_changes: {}, summary: ["Applied the commands."] });
    }),
  ];
}

function issueOf(request: Request): Issue {
  const project = projectOf(request);
  const iid = request.call.param("iid");
  const found = request.world.issues.find((one) => one.project === project && String(one.iid) === iid);
  if (!found) throw notFound();
  return found;
}

function titleIn({ call }: Request): string | undefined {
  const title = textField(call, "title");
  if (title !== undefined && title.length > titleCharsMax)
    throw badParameter("title", `is too long (maximum is ${titleCharsMax} characters)`);
  return title;
}

function lists(request: Request, seen: readonly Issue[]) {
  const found = matching(request, seen).toSorted(
    (a, b) => b.created_at.localeCompare(a.created_at) || b.iid - a.iid,
  );
  return page(request.call, found, (issue) => showIssue(issue, request));
}

/** Every word of `search` stands in the title or the description, or in the one that `in` names. */
function matching({ call }: Request, seen: readonly Issue[]): Issue[] {
  const state = oneOf(call, "state", ["opened", "closed", "all"]);
  const places = list(call, "in");
  const author = call.query.get("author_username");
  const assignees = list(call, "assignee_username");
  const labels = list(call, "labels");
  const wanted = (call.query.get("search") ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const textOf = ({ title, description }: Issue): string =>
    [
      ...(places.length === 0 || places.includes("title") ? [title] : []),
      ...(places.length === 0 || places.includes("description") ? [description] : []),
    ]
      .join("\n")
      .toLowerCase();
  return seen.filter(
    (issue) =>
      (state === undefined || state === "all" || issue.state === state) &&
      (author === null || issue.author.username === author) &&
      assignees.every((name) => issue.assignees.some(({ username }) => username === name)) &&
      labels.every((label) => issue.labels.includes(label)) &&
      wanted.every((word) => textOf(issue).includes(word)),
  );
}

const showIssue = (issue: Issue, { base, world }: Request) => ({
  id: issue.id,
  iid: issue.iid,
  project_id: issue.project.id,
  title: issue.title,
  description: issue.description,
  state: issue.state,
  created_at: issue.created_at,
  updated_at: issue.updated_at,
  closed_at: issue.closed_at,
  labels: issue.labels,
  author: showUser(issue.author, base),
  assignees: issue.assignees.map((user) => showUser(user, base)),
  due_date: issue.due_date,
  confidential: false,
  moved_to_id: issue.movedTo?.id ?? null,
  user_notes_count: world.issueNotes.filter((note) => note.issue === issue && !note.system).length,
  references: {
    short: `#${issue.iid}`,
    relative: `#${issue.iid}`,
    full: `${fullPath(issue.project)}#${issue.iid}`,
  },
  web_url: `${base}/${fullPath(issue.project)}/-/issues/${issue.iid}`,
});

const showNote = (note: IssueNote, { base }: Request) => ({
  id: note.id,
  body: note.body,
  author: showUser(note.author, base),
  created_at: note.created_at,
  updated_at: note.created_at,
  system: note.system,
  noteable_id: note.issue.id,
  noteable_type: "Issue",
  noteable_iid: note.issue.iid,
  internal: false,
});
