import type { Call, AuthState } from "../http/types.ts";
import { GitLabError, notFound, unauthorized } from "./errors.ts";
import type { Group, Project, User } from "./types.ts";
import type { World } from "./world.ts";

export type Scope = "api" | "read_api" | "read_user";

/** Whose token it is, and what it may do. */
interface Token {
  readonly username: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds since 1970; left out: it does not end. */
  readonly until?: number;
}

/** Who is calling. */
export interface Caller {
  readonly user: User;
  readonly scopes: readonly Scope[];
}

/** Tokens by their text, as given in PRIVATE-TOKEN or as Bearer. People's consents add to them. */
export type Tokens = Record<string, Token>;

/** The token text of a request, and whether it came as Bearer. */
function given(call: Call): { text: string | undefined; bearer: boolean } {
  const bearer = /^Bearer (.+)$/i.exec(call.headers.authorization ?? "")?.[1];
  const header = call.headers["private-token"];
  return { text: bearer ?? (typeof header === "string" ? header : undefined), bearer: bearer !== undefined };
}

export function authState(call: Call, tokens: Tokens): AuthState {
  const { text } = given(call);
  if (!text) return "missing";
  return tokens[text] ? "ok" : "wrong";
}

/** Who calls. Throws GitLab's 401, or its 403 where the token's scope does not reach. */
export function authenticate(call: Call, tokens: Tokens, world: World): Caller {
  const { text, bearer } = given(call);
  const token = text === undefined ? undefined : tokens[text];
  if (!token || (token.until ?? Infinity) <= world.clock.now()) {
    if (!bearer) throw unauthorized();
    throw new GitLabError(401, {
      error: "invalid_token",
      error_description: "Token was revoked. You have to re-authorize from the user.",
    });
  }
  const needs: Scope = call.method === "GET" ? "read_api" : "api";
  if (!token.scopes.includes("api") && !token.scopes.includes(needs)) {
    throw new GitLabError(403, {
      error: "insufficient_scope",
      error_description: "The request requires higher privileges than provided by the access token.",
      scope: needs === "api" ? "api" : "api read_api",
    });
  }
  return { user: world.user(token.username), scopes: token.scopes };
}

/** A person's level in a project, membership of its group included; 0 for none. */
export function accessLevel(project: Project, user: User): number {
  return Math.max(project.members.get(user.id) ?? 0, project.group.members.get(user.id) ?? 0);
}

export function maySee(project: Project, user: User): boolean {
  return project.visibility !== "private" || accessLevel(project, user) > 0;
}

function maySeeGroup(group: Group, user: User, world: World): boolean {
  const inside = world.projects.some((project) => project.group === group && accessLevel(project, user) > 0);
  return group.visibility !== "private" || group.members.has(user.id) || inside;
}

/** A project the caller may see, by id or path. Throws GitLab's 404. */
export function visibleProject(world: World, ref: string, caller: Caller): Project {
  const project = world.findProject(ref);
  if (!project || !maySee(project, caller.user)) throw notFound("Project");
  return project;
}

/** A group the caller may see, by id or path. Throws GitLab's 404. */
export function visibleGroup(world: World, ref: string, caller: Caller): Group {
  const group = world.groups.find((one) => String(one.id) === ref || one.path === ref);
  if (!group || !maySeeGroup(group, caller.user, world)) throw notFound("Group");
  return group;
}

/** All groups the caller may see. */
export function visibleGroups(world: World, caller: Caller): Group[] {
  return world.groups.filter((group) => maySeeGroup(group, caller.user, world));
}
