import type { Group, Project, User } from "./types.ts";
import { fullPath } from "./world.ts";

/**
 * People, groups and projects as GitLab's API shows them. Addresses are relative to `base`, the server's own
 * address.
 */
export function showUser(user: User, base: string) {
  return {
    id: user.id,
    username: user.username,
    public_email: "",
    name: user.name,
    state: user.state,
    locked: false,
    avatar_url: null,
    web_url: `${base}/${user.username}`,
  };
}

/** The caller's own record, as GET /user gives it. */
export function showCurrentUser(user: User, base: string) {
  return {
    ...showUser(user, base),
    created_at: "2023-02-01T09:00:00.000Z",
    bot: user.bot,
    email: user.email,
    confirmed_at: "2023-02-01T09:05:00.000Z",
    commit_email: user.email,
    external: false,
    two_factor_enabled: true,
    identities: [],
    can_create_group: false,
    can_create_project: false,
  };
}

/** A member of a project or group. */
export function showMember(user: User, level: number, base: string) {
  return {
    ...showUser(user, base),
    access_level: level,
    created_at: "2023-02-01T09:00:00.000Z",
    expires_at: null,
    membership_state: "active",
  };
}

export function showGroup(group: Group, base: string) {
  return {
    id: group.id,
    web_url: `${base}/groups/${group.path}`,
    name: group.name,
    path: group.path,
    description: "",
    visibility: group.visibility,
    full_name: group.name,
    full_path: group.path,
    parent_id: null,
    avatar_url: null,
    created_at: "2023-01-10T09:00:00.000Z",
  };
}

/** A project; with `viewer`, also that person's own permissions. */
export function showProject(project: Project, base: string, viewer?: User) {
  const path = fullPath(project);
  const own = viewer && project.members.get(viewer.id);
  const inherited = viewer && project.group.members.get(viewer.id);
  const access = (level: number | undefined) =>
    level === undefined ? null : { access_level: level, notification_level: 3 };
  return {
    id: project.id,
    description: project.description,
    name: project.name,
    name_with_namespace: `${project.group.name} / ${project.name}`,
    path: project.path,
    path_with_namespace: path,
    created_at: project.created_at,
    default_branch: "main",
    topics: [],
    ssh_url_to_repo: `git@gitlab.example.com:${path}.git`,
    http_url_to_repo: `${base}/${path}.git`,
    web_url: `${base}/${path}`,
    readme_url: `${base}/${path}/-/blob/main/README.md`,
    avatar_url: null,
    star_count: 0,
    last_activity_at: project.created_at,
    visibility: project.visibility,
    namespace: {
      id: project.group.id,
      name: project.group.name,
      path: project.group.path,
      kind: "group",
      full_path: project.group.path,
      parent_id: null,
      web_url: `${base}/groups/${project.group.path}`,
    },
    archived: false,
    merge_requests_enabled: true,
    jobs_enabled: true,
    issues_enabled: true,
    only_allow_merge_if_pipeline_succeeds: project.only_allow_merge_if_pipeline_succeeds,
    only_allow_merge_if_all_discussions_are_resolved: false,
    merge_method: "merge",
    squash_option: "default_off",
    remove_source_branch_after_merge: true,
    ...(viewer ? { permissions: { project_access: access(own), group_access: access(inherited) } } : {}),
  };
}
