import { z } from "zod";
import type { Client } from "./api.ts";
import { call, pageRows } from "./call.ts";
import { groupShape, memberShape, projectShape, userShape } from "./shapes.ts";

/** People, projects, groups and who belongs to them. */
export const directoryCalls = (gitlab: Client) => ({
  me: (signal: AbortSignal) =>
    call("Reading Steward's own account", { signal }, userShape, () => gitlab.Users.showCurrentUser()),

  usersNamed: (username: string, signal: AbortSignal) =>
    call(`Looking up ${username}`, { signal }, z.array(userShape), () =>
      gitlab.Users.all({ username, page: 1, perPage: 5 }),
    ),

  usersLike: (search: string, signal: AbortSignal) =>
    call(`Looking up ${search}`, { signal }, z.array(userShape), () =>
      gitlab.Users.all({ search, page: 1, perPage: 20 }),
    ),

  project: (ref: string | number, signal: AbortSignal) =>
    call(`Reading project ${ref}`, { signal }, projectShape, () => gitlab.Projects.show(ref)),

  /** Projects of the service account, newest activity first. */
  projects: (search: string | undefined, signal: AbortSignal) =>
    call("Listing projects", { signal }, z.array(projectShape), () =>
      gitlab.Projects.all<false, "offset">({
        membership: true,
        ...(search !== undefined && { search, searchNamespaces: true }),
        orderBy: "last_activity_at",
        page: 1,
        perPage: pageRows,
      }),
    ),

  group: (path: string, signal: AbortSignal) =>
    call(`Reading group ${path}`, { signal }, groupShape, () =>
      gitlab.Groups.show(path, { withProjects: false }),
    ),

  /** The person's membership of a project, inherited ones included; 404 for none. */
  member: (projectId: number, userId: number, signal: AbortSignal) =>
    call("Looking up a membership", { signal }, memberShape, () =>
      gitlab.ProjectMembers.show(projectId, userId, { includeInherited: true }),
    ),
});
