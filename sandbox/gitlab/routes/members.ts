import { json } from "../../http/reply.ts";
import type { Route } from "../../http/types.ts";
import { accessLevel } from "../access.ts";
import { badParameter, forbidden, GitLabError, notFound } from "../errors.ts";
import { page } from "../paging.ts";
import { field, idField, textField } from "../query.ts";
import { showMember, showUser } from "../show.ts";
import type { AccessLevel, Project, User } from "../types.ts";
import { fullPath } from "../world.ts";
import { projectOf, type Api, type Request } from "./guard.ts";

/** Who belongs to a project, changed; and the caller's own to-dos. */
export function memberRoutes(api: Api): Route[] {
  const one = "/projects/:id/members/:user";
  return [
    api("GET", one, (request) => {
      const project = projectOf(request);
      const user = userOf(request, request.call.param("user"));
      if (!project.members.has(user.id)) throw notFound();
      return json(200, shown(project, user, request));
    }),
    api("POST", "/projects/:id/members", (request) => {
      const project = manageable(request);
      const user = userOf(request, idField(request.call, "user_id"));
      if (project.members.has(user.id)) throw new GitLabError(409, { message: "Member already exists" });
      set(project, user, request);
      return json(201, shown(project, user, request));
    }),
    api("PUT", one, (request) => {
      const project = manageable(request);
      const user = userOf(request, request.call.param("user"));
      if (!project.members.has(user.id)) throw notFound();
      set(project, user, request);
      return json(200, shown(project, user, request));
    }),
    api("DELETE", one, (request) => {
      const project = manageable(request);
      const user = userOf(request, request.call.param("user"));
      if (!project.members.delete(user.id)) throw notFound();
      project.expiries.delete(user.id);
      return { status: 204, headers: {}, body: "" };
    }),
    api("GET", "/todos", (request) => {
      const own = request.world.todos
        .filter(({ user }) => user === request.caller.user)
        .toSorted((a, b) => b.created_at.localeCompare(a.created_at));
      return page(request.call, own, (todo) => ({
        id: todo.id,
        project: { id: todo.project.id, path_with_namespace: fullPath(todo.project) },
        author: showUser(todo.author, request.base),
        action_name: todo.action,
        target_type: todo.type,
        target: { title: todo.title },
        target_url: `${request.base}/${fullPath(todo.project)}${todo.path}`,
        body: todo.title,
        state: "pending",
        created_at: todo.created_at,
      }));
    }),
  ];
}

function userOf({ world }: Request, id: string): User {
  const user = world.users.find((one) => String(one.id) === id);
  if (!user) throw notFound("User");
  return user;
}

/** The project, where the caller may say who belongs to it. */
function manageable(request: Request): Project {
  const project = projectOf(request);
  if (accessLevel(project, request.caller.user) < 40) throw forbidden();
  return project;
}

const levels: readonly AccessLevel[] = [10, 20, 30, 40, 50];

function set(project: Project, user: User, request: Request): void {
  const level = levels.find((known) => known === Number(field(request.call, "access_level")));
  if (level === undefined) throw badParameter("access_level");
  const inherited = project.group.members.get(user.id) ?? 0;
  if (level < inherited)
    throw new GitLabError(400, {
      message: { access_level: [`should be greater than or equal to inherited membership from group`] },
    });
  const expires = textField(request.call, "expires_at");
  if (expires !== undefined && expires !== "" && !/^\d{4}-\d\d-\d\d$/.test(expires))
    throw badParameter("expires_at", "is invalid");
  project.members.set(user.id, level);
  if (expires) project.expiries.set(user.id, expires);
  else if (expires === "") project.expiries.delete(user.id);
  request.world.feed.publish("member.changed", {
    ...{ project: fullPath(project), user: user.username, level, expires: expires ?? null },
  });
}

const shown = (project: Project, user: User, { base }: Request) => ({
  ...showMember(user, project.members.get(user.id) ?? 0, base),
  expires_at: project.expiries.get(user.id) ?? null,
});
