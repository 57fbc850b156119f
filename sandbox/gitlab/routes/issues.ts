import { json } from "../../http/reply.ts";
import type { Route } from "../../http/types.ts";
import { accessLevel } from "../access.ts";
import { badParameter, forbidden } from "../errors.ts";
import { page } from "../paging.ts";
import { list, listField, oneOf, textField } from "../query.ts";
import { showUser } from "../show.ts";
import type { Issue } from "../types.ts";
import { fullPath } from "../world.ts";
import { projectOf, type Api, type Request } from "./guard.ts";

const titleCharsMax = 255;

/** Issues of a project: lists by words and state, new ones. */
export function issueRoutes(api: Api): Route[] {
  return [
    api("GET", "/projects/:id/issues", (request) => {
      const found = matching(request).toSorted(
        (a, b) => b.created_at.localeCompare(a.created_at) || b.iid - a.iid,
      );
      return page(request.call, found, (issue) => showIssue(issue, request.base));
    }),
    api("POST", "/projects/:id/issues", (request) => {
      const project = projectOf(request);
      const { user } = request.caller;
      if (accessLevel(project, user) === 0) throw forbidden();
      const title = textField(request.call, "title");
      if (title === undefined) throw badParameter("title", "is missing");
      if (title.length > titleCharsMax)
        throw badParameter("title", `is too long (maximum is ${titleCharsMax} characters)`);
      const now = request.world.clock.iso();
      const issue: Issue = {
        ...{ id: request.world.nextId(), project, title, state: "opened", author: user },
        iid: request.world.issues.filter((one) => one.project === project).length + 1,
        description: textField(request.call, "description") ?? "",
        labels: listField(request.call, "labels"),
        ...{ created_at: now, updated_at: now },
      };
      request.world.issues.push(issue);
      request.world.feed.publish("issue.opened", {
        ...{ project: fullPath(project), iid: issue.iid, title, by: user.username },
      });
      return json(201, showIssue(issue, request.base));
    }),
  ];
}

/** Every word of `search` stands in the title or the description, or in the one that `in` names. */
function matching(request: Request): Issue[] {
  const { call, world } = request;
  const project = projectOf(request);
  const state = oneOf(call, "state", ["opened", "closed", "all"]);
  const places = list(call, "in");
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
  return world.issues.filter(
    (issue) =>
      issue.project === project &&
      (state === undefined || state === "all" || issue.state === state) &&
      wanted.every((word) => textOf(issue).includes(word)),
  );
}

const showIssue = (issue: Issue, base: string) => ({
  id: issue.id,
  iid: issue.iid,
  project_id: issue.project.id,
  title: issue.title,
  description: issue.description,
  state: issue.state,
  created_at: issue.created_at,
  updated_at: issue.updated_at,
  closed_at: null,
  labels: issue.labels,
  author: showUser(issue.author, base),
  assignees: [],
  web_url: `${base}/${fullPath(issue.project)}/-/issues/${issue.iid}`,
});
