import { accessLevel } from "./access.ts";
import { GitLabError, badParameter, forbidden, notFound } from "./errors.ts";
import type { Deployment } from "./types-delivery.ts";
import type { Job, User } from "./types.ts";
import { fullPath, type World } from "./world.ts";

/** What a job's state makes of the deployment that it stands for; a job that deploys nothing changes nothing. */
export function deploymentFollows(job: Job, world: World): void {
  const one = world.deployments.find((deployment) => deployment.job === job);
  if (one === undefined) return;
  const before = one.status;
  if (job.status === "running" || job.status === "success" || job.status === "failed")
    one.status = job.status;
  if (job.status === "canceled") one.status = "canceled";
  if (one.status === before) return;
  one.updated_at = world.clock.iso();
  world.feed.publish("deployment.changed", {
    project: fullPath(job.project),
    environment: one.environment.name,
    ref: job.pipeline.ref,
    from: before,
    to: one.status,
  });
}

/** A new deployment for a job that deploys; none for any other job. */
export function deploymentFor(job: Job, world: World): Deployment | undefined {
  const environment = world.environments.find(
    ({ project, name }) => project === job.project && name === job.environment,
  );
  if (environment === undefined) return undefined;
  const id = world.nextId();
  const now = world.clock.iso();
  const one: Deployment = {
    id,
    iid: id - 500_000,
    environment,
    job,
    status: environment.approvals > 0 ? "blocked" : "created",
    created_at: now,
    updated_at: now,
    user: job.user,
    approvals: [],
  };
  world.deployments.push(one);
  return one;
}

/** Throws GitLab's 403 where the environment is protected from this person, or still lacks approvals. */
export function mayDeploy(job: Job, user: User, world: World): void {
  const one = world.deployments.find((deployment) => deployment.job === job);
  if (one === undefined) return;
  if (accessLevel(job.project, user) < one.environment.deployLevel) throw forbidden();
  if (one.status === "blocked") throw new GitLabError(400, { message: "400 Bad request - Unplayable Job" });
}

/** Approves or rejects a deployment that waits for it. Throws GitLab's own refusals. */
export function decideDeployment(
  one: Deployment,
  user: User,
  status: string | undefined,
  comment: string,
  world: World,
): void {
  if (status !== "approved" && status !== "rejected") throw badParameter("status");
  if (one.environment.approvals === 0) throw notFound();
  if (accessLevel(one.environment.project, user) < one.environment.deployLevel) throw forbidden();
  const refused = (message: string) => new GitLabError(400, { message });
  if (one.status !== "blocked") throw refused("This deployment is not waiting for approvals.");
  if (one.user === user) throw refused("You cannot approve your own deployment.");
  if (one.approvals.some((approval) => approval.user === user))
    throw refused("You have already decided on this deployment.");
  one.approvals.push({ user, status, comment, created_at: world.clock.iso() });
  one.updated_at = world.clock.iso();
  if (status === "rejected") {
    one.status = "failed";
    one.job.status = "failed";
  } else if (one.approvals.length >= one.environment.approvals) {
    one.status = "created";
    one.job.status = "manual";
  }
  world.feed.publish("deployment.decided", {
    project: fullPath(one.environment.project),
    environment: one.environment.name,
    by: user.username,
    status,
  });
}
