import { json } from "../../http/reply.ts";
import type { Route } from "../../http/types.ts";
import { accessLevel, maySee, visibleGroup, visibleGroups } from "../access.ts";
import { notFound } from "../errors.ts";
import { page } from "../paging.ts";
import { list } from "../query.ts";
import { showGroup, showMember, showProject } from "../show.ts";
import { fullPath } from "../world.ts";
import { projectOf, type Api, type Request } from "./guard.ts";

/** Projects, groups and who belongs to them. */
export function projectRoutes(api: Api): Route[] {
  return [
    api("GET", "/projects", projects),
    api("GET", "/projects/:id", (request) =>
      json(200, showProject(projectOf(request), request.base, request.caller.user)),
    ),
    api("GET", "/projects/:id/members", (request) => members(request, (user) => direct(request, user))),
    api("GET", "/projects/:id/members/all", (request) => members(request, (user) => anyhow(request, user))),
    api("GET", "/projects/:id/members/all/:user", member),
    api("GET", "/groups", ({ call, caller, world, base }) => {
      const search = call.query.get("search")?.toLowerCase() ?? "";
      const found = visibleGroups(world, caller).filter((group) => group.path.includes(search));
      return page(call, found, (group) => showGroup(group, base));
    }),
    api("GET", "/groups/:id", ({ call, caller, world, base }) =>
      json(200, showGroup(visibleGroup(world, call.param("id"), caller), base)),
    ),
    api("GET", "/groups/:id/projects", ({ call, caller, world, base }) => {
      const group = visibleGroup(world, call.param("id"), caller);
      const found = world.projects.filter((one) => one.group === group && maySee(one, caller.user));
      return page(call, found, (project) => showProject(project, base));
    }),
    api("GET", "/groups/:id/members/all", ({ call, caller, world, base }) => {
      const group = visibleGroup(world, call.param("id"), caller);
      const found = world.users.filter((user) => group.members.has(user.id));
      return page(call, found, (user) => showMember(user, group.members.get(user.id) ?? 0, base));
    }),
  ];
}

function projects({ call, caller, world, base }: Request) {
  const search = call.query.get("search")?.toLowerCase();
  const membership = call.query.get("membership") === "true";
  const namespaces = call.query.get("search_namespaces") === "true";
  const found = world.projects.filter((project) => {
    const text = `${namespaces || search?.includes("/") ? fullPath(project) : project.path} ${project.name}`;
    return (
      maySee(project, caller.user) &&
      (!membership || accessLevel(project, caller.user) > 0) &&
      (search === undefined || text.toLowerCase().includes(search))
    );
  });
  return page(call, found, (project) => showProject(project, base, caller.user));
}

function direct(request: Request, userId: number): number {
  return projectOf(request).members.get(userId) ?? 0;
}

function anyhow(request: Request, userId: number): number {
  const user = request.world.users.find((one) => one.id === userId);
  return user ? accessLevel(projectOf(request), user) : 0;
}

function members(request: Request, level: (userId: number) => number) {
  const { call, world, base } = request;
  const query = call.query.get("query")?.toLowerCase();
  const ids = list(call, "user_ids");
  const found = world.users.filter(
    (user) =>
      level(user.id) > 0 &&
      (query === undefined || `${user.name} ${user.username}`.toLowerCase().includes(query)) &&
      (ids.length === 0 || ids.includes(String(user.id))),
  );
  const { expiries } = projectOf(request);
  return page(call, found, (user) => ({
    ...showMember(user, level(user.id), base),
    expires_at: expiries.get(user.id) ?? null,
  }));
}

function member(request: Request) {
  const user = request.world.users.find((one) => String(one.id) === request.call.param("user"));
  const level = user ? anyhow(request, user.id) : 0;
  if (!user || level === 0) throw notFound();
  return json(200, showMember(user, level, request.base));
}
