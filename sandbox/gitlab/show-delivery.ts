import { showJob, showPipeline } from "./show-ci.ts";
import { showUser } from "./show.ts";
import type { Deployment, Environment, Release, Schedule, Tag } from "./types-delivery.ts";
import { fullPath, type World } from "./world.ts";

/** Environments, deployments, tags, releases and schedules as GitLab's API shows them. */

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

const showBasic = ({ id, name, external_url, project }: Environment) => ({
  id,
  name,
  slug: slug(name),
  external_url,
  created_at: project.created_at,
  updated_at: project.created_at,
});

/** An environment; on its own also with what runs there. */
export function showEnvironment(one: Environment, world: World, base: string, fully = false) {
  const last = world.deployments
    .filter(({ environment, status }) => environment === one && status === "success")
    .toSorted((a, b) => b.updated_at.localeCompare(a.updated_at) || b.id - a.id)[0];
  return {
    ...showBasic(one),
    tier: one.tier,
    state: "available",
    auto_stop_at: null,
    description: null,
    ...(fully ? { last_deployment: last ? showDeployment(last, base) : null } : {}),
  };
}

export function showDeployment(one: Deployment, base: string) {
  const needed = one.environment.approvals - one.approvals.length;
  return {
    id: one.id,
    iid: one.iid,
    ref: one.job.pipeline.ref,
    sha: one.job.pipeline.sha,
    created_at: one.created_at,
    updated_at: one.updated_at,
    status: one.status,
    user: showUser(one.user, base),
    environment: showBasic(one.environment),
    deployable: showJob(one.job, base),
    ...(one.environment.approvals > 0
      ? {
          pending_approval_count: one.status === "blocked" ? Math.max(0, needed) : 0,
          approvals: one.approvals.map(({ user, ...rest }) => ({ ...rest, user: showUser(user, base) })),
        }
      : {}),
  };
}

export const showTag = (one: Tag, released: boolean) => ({
  name: one.name,
  message: one.message,
  target: one.sha,
  protected: false,
  created_at: one.created_at,
  commit: {
    id: one.sha,
    short_id: one.sha.slice(0, 8),
    title: `Version ${one.name}`,
    message: `Version ${one.name}`,
    created_at: one.created_at,
    author_name: "Boris Novak",
  },
  release: released ? { tag_name: one.name, description: "" } : null,
});

export const showRelease = (one: Release, base: string) => ({
  name: one.name,
  tag_name: one.tag,
  description: one.description,
  created_at: one.created_at,
  released_at: one.created_at,
  upcoming_release: false,
  author: showUser(one.author, base),
  commit_path: `/${fullPath(one.project)}/-/tags/${one.tag}`,
  _links: { self: `${base}/${fullPath(one.project)}/-/releases/${one.tag}` },
});

export function showSchedule(one: Schedule, base: string, fully = false) {
  const last = one.pipelines.at(-1);
  return {
    id: one.id,
    description: one.description,
    ref: one.ref,
    cron: one.cron,
    cron_timezone: one.cron_timezone,
    next_run_at: one.active ? one.created_at : null,
    active: one.active,
    created_at: one.created_at,
    updated_at: one.created_at,
    owner: showUser(one.owner, base),
    ...(fully ? { last_pipeline: last ? showPipeline(last, base) : null, variables: [] } : {}),
  };
}
