import { deploymentFollows, deploymentFor, mayDeploy } from "./deploy-life.ts";
import { GitLabError, forbidden } from "./errors.ts";
import { inProgress } from "./mergeability.ts";
import { mergeWhatWaitsFor } from "./merge-life.ts";
import { passingLog } from "./seed/logs.ts";
import type { Job, Pipeline, PipelineStatus, Project, User } from "./types.ts";
import { fullPath, headSha, type World } from "./world.ts";

/**
 * Replaces a job by a new one of the same name that waits, runs and ends by itself. Throws GitLab's 403 for a job
 * that was replaced already or did not end.
 */
export function retryJob(job: Job, user: User, world: World): Job {
  if (job.retried || inProgress(job.status) || ["skipped", "manual"].includes(job.status))
    throw forbidden("Job is not retryable");
  mayDeploy(job, user, world);
  job.retried = true;
  const fresh: Job = {
    ...job,
    id: world.nextId(),
    status: "pending",
    created_at: world.clock.iso(),
    started_at: null,
    finished_at: null,
    user,
    failure_reason: null,
    retried: false,
    trace: "",
  };
  world.jobs.push(fresh);
  deploymentFor(fresh, world);
  for (const later of world.currentJobs(job.pipeline)) {
    if (later.status === "skipped") later.status = "created";
  }
  world.feed.publish("job.retried", { ...summary(fresh), replaces: job.id, by: user.username });
  run(fresh, world);
  settle(job.pipeline, world);
  return fresh;
}

/** Starts a manual job. Throws GitLab's 400 where there is nothing to start. */
export function playJob(job: Job, user: User, world: World): void {
  if (job.status !== "manual") throw new GitLabError(400, { message: "400 Bad request - Unplayable Job" });
  mayDeploy(job, user, world);
  job.user = user;
  world.feed.publish("job.played", { ...summary(job), by: user.username });
  run(job, world);
  settle(job.pipeline, world);
}

/** Ends what has not ended yet. */
export function cancelPipeline(pipeline: Pipeline, world: World): void {
  const open = world.currentJobs(pipeline).filter((job) => inProgress(job.status));
  for (const job of open) {
    job.status = "canceled";
    job.finished_at = world.clock.iso();
    deploymentFollows(job, world);
  }
  if (open.length === 0) return;
  pipeline.status = "canceled";
  pipeline.updated_at = world.clock.iso();
  pipeline.finished_at = pipeline.updated_at;
  world.feed.publish("pipeline.changed", {
    project: fullPath(pipeline.project),
    pipeline: pipeline.id,
    ref: pipeline.ref,
    from: "running",
    to: "canceled",
  });
}

/** A pipeline that somebody asks for, with the jobs of the newest one; its first stage starts. */
export function runPipeline(
  project: Project,
  wish: { ref: string; source: string; variables: { key: string; value: string }[] },
  user: User,
  world: World,
): Pipeline {
  const known = world.pipelines.filter((one) => one.project === project).toSorted((a, b) => b.id - a.id);
  const like = known.find((one) => one.ref === wish.ref) ?? known[0];
  if (like === undefined) throw new GitLabError(400, { message: { base: ["Missing CI config file"] } });
  const branch = world.mergeRequests.find((one) => one.project === project && one.source_branch === wish.ref);
  const tag = world.tags.find((one) => one.project === project && one.name === wish.ref);
  const sha =
    tag?.sha ??
    (branch ? headSha(branch) : world.repositories.get(project)?.branches.get(wish.ref)?.at(-1)?.id);
  if (sha === undefined) throw new GitLabError(400, { message: { base: ["Reference not found"] } });
  const from = { ...like, ref: wish.ref, source: wish.source, variables: wish.variables };
  return startPipeline(from, sha, user, world, world.currentJobs(like));
}

/** Retries every failed or cancelled job of a pipeline. */
export function retryPipeline(pipeline: Pipeline, user: User, world: World): void {
  for (const job of world.currentJobs(pipeline)) {
    if (job.status === "failed" || job.status === "canceled") retryJob(job, user, world);
  }
}

/** Ends a job at once. Throws for one that has ended. */
export function finishJob(job: Job, status: "success" | "failed", world: World): void {
  if (!inProgress(job.status)) throw new Error(`job ${job.id} has ended already: ${job.status}`);
  end(job, status, world);
  settle(job.pipeline, world);
}

/** Ends a pipeline at once: green, or red by the first job that is under way. */
export function finishPipeline(pipeline: Pipeline, status: "success" | "failed", world: World): void {
  const open = world
    .currentJobs(pipeline)
    .filter((job) => inProgress(job.status) && (status === "success" || job.status !== "created"));
  if (open.length === 0) throw new Error(`pipeline ${pipeline.id} has ended already: ${pipeline.status}`);
  for (const [index, job] of open.entries()) {
    end(job, index === 0 ? status : "success", world);
  }
  settle(pipeline, world);
}

/** A pipeline for a new commit, with the same jobs as `like`; its first stage starts. */
export function startPipeline(
  like: Pipeline,
  sha: string,
  user: User,
  world: World,
  jobs = world.currentJobs(like),
): Pipeline {
  const now = world.clock.iso();
  const id = Math.max(...world.pipelines.map((one) => one.id)) + 1;
  const pipeline: Pipeline = {
    ...like,
    id,
    iid: like.iid + 1,
    sha,
    user,
    status: "created",
    created_at: now,
    updated_at: now,
    started_at: null,
    finished_at: null,
  };
  world.pipelines.push(pipeline);
  for (const job of jobs) {
    const fresh: Job = {
      ...job,
      id: world.nextId(),
      pipeline,
      status: job.environment === undefined ? "created" : "manual",
      created_at: now,
      started_at: null,
      finished_at: null,
      user,
      failure_reason: null,
      trace: "",
    };
    world.jobs.push(fresh);
    deploymentFor(fresh, world);
  }
  settle(pipeline, world);
  return pipeline;
}

/** Lets a job wait for a runner, run, and end as its seed says. */
function run(job: Job, world: World): void {
  const { jobMs } = world.settings;
  job.status = "pending";
  world.clock.after(jobMs, () => {
    if (job.status !== "pending") return;
    job.status = "running";
    job.started_at = world.clock.iso();
    deploymentFollows(job, world);
    settle(job.pipeline, world);
    world.clock.after(jobMs, () => {
      if (job.status === "running") finishJob(job, job.retryEnds, world);
    });
  });
}

function end(job: Job, status: "success" | "failed", world: World): void {
  const now = world.clock.iso();
  job.status = status;
  job.started_at ??= now;
  job.finished_at = now;
  job.failure_reason = status === "failed" ? "script_failure" : null;
  job.trace = status === "failed" ? job.failureTrace : passingLog(job.name);
  deploymentFollows(job, world);
  world.feed.publish("job.finished", summary(job));
}

/** Starts the next stage where the earlier ones passed, and works out the pipeline's own status. */
function settle(pipeline: Pipeline, world: World): void {
  const jobs = world.currentJobs(pipeline);
  for (const stage of new Set(jobs.map((job) => job.stage))) {
    const inStage = jobs.filter((job) => job.stage === stage);
    for (const job of inStage) if (job.status === "created") run(job, world);
    if (!inStage.every((job) => job.status === "success" || job.allow_failure)) break;
  }
  const before = pipeline.status;
  const blocked = jobs.some((job) => job.status === "failed" && !job.allow_failure);
  const running = jobs.some((job) => job.status === "running" || job.status === "pending");
  if (blocked && !running) for (const job of jobs) if (job.status === "created") job.status = "skipped";
  pipeline.status = statusOf(jobs);
  const now = world.clock.iso();
  pipeline.updated_at = now;
  if (inProgress(pipeline.status)) pipeline.started_at ??= now;
  pipeline.finished_at = inProgress(pipeline.status) ? null : now;
  if (pipeline.status === before) return;
  world.feed.publish("pipeline.changed", {
    project: fullPath(pipeline.project),
    pipeline: pipeline.id,
    ref: pipeline.ref,
    from: before,
    to: pipeline.status,
  });
  if (pipeline.status === "success") mergeWhatWaitsFor(pipeline, world);
}

function statusOf(jobs: readonly Job[]): PipelineStatus {
  if (jobs.some((job) => job.status === "running")) return "running";
  if (jobs.some((job) => inProgress(job.status))) {
    return jobs.some((job) => job.finished_at !== null) ? "running" : "pending";
  }
  return jobs.some((job) => job.status === "failed" && !job.allow_failure) ? "failed" : "success";
}

const summary = (job: Job) => ({
  project: fullPath(job.project),
  pipeline: job.pipeline.id,
  job: job.id,
  name: job.name,
  status: job.status,
});

/** A log from `offset`, at most `limit` bytes. Throws GitLab's 400 for what is no number. */
export function traceWindow(job: Job, offset: string | null, limit: string | null): string {
  const bytes = Buffer.from(job.trace, "utf8");
  const number = (name: string, value: string | null, otherwise: number) => {
    if (value === null) return otherwise;
    if (!/^\d+$/.test(value)) throw new GitLabError(400, { error: `${name} is invalid` });
    return Number(value);
  };
  const from = number("byte_offset", offset, 0);
  return bytes.subarray(from, from + number("byte_limit", limit, bytes.length)).toString("utf8");
}
