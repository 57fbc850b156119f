import { finishJob } from "../ci-life.ts";
import type { Job, MergeRequest, Pipeline, PipelineStatus } from "../types.ts";
import { headSha, type World } from "../world.ts";
import { failingLog, flakyLog, passingLog } from "./logs.ts";

/** A pipeline of the seed, for the head of its merge request. */
export interface SeedPipeline {
  readonly id: number;
  readonly status: "success" | "failed" | "running";
  readonly minutesAgo: number;
  /** The job that failed, where the status is failed. */
  readonly failing?: string;
  /** Id of its first job; the others follow. */
  readonly firstJob: number;
  readonly cause?: string;
  /** How a retry of the failed job ends. */
  readonly retryEnds?: "success" | "failed";
}

const JOBS = [
  { name: "compile", stage: "build" },
  { name: "unit", stage: "test" },
  { name: "lint", stage: "test" },
  { name: "integration-tests", stage: "test" },
  { name: "image", stage: "package" },
] as const;

/** A running pipeline of the seed goes on for this long. */
const RUNNING_MS = 5 * 60_000;

export function seedPipeline(mergeRequest: MergeRequest, seed: SeedPipeline, world: World): void {
  const ended = world.clock.now() - seed.minutesAgo * 60_000;
  const at = (minutesBeforeEnd: number) => new Date(ended - minutesBeforeEnd * 60_000).toISOString();
  const pipeline: Pipeline = {
    id: seed.id,
    iid: seed.id - 8000,
    project: mergeRequest.project,
    sha: headSha(mergeRequest),
    ref: mergeRequest.source_branch,
    status: seed.status,
    source: "push",
    created_at: at(7),
    updated_at: at(0),
    started_at: at(6),
    finished_at: seed.status === "running" ? null : at(0),
    user: mergeRequest.author,
  };
  world.pipelines.push(pipeline);
  for (const [index, plan] of JOBS.entries()) {
    const status = statusOf(plan.name, seed);
    const begun = !["created", "skipped"].includes(status);
    const failureTrace = logOf(plan.name, seed);
    const job: Job = {
      ...plan,
      id: seed.firstJob + index,
      project: mergeRequest.project,
      pipeline,
      status,
      allow_failure: false,
      created_at: at(7),
      started_at: begun ? at(5) : null,
      finished_at: begun && status !== "running" ? at(0) : null,
      user: mergeRequest.author,
      failure_reason: status === "failed" ? "script_failure" : null,
      retried: false,
      retryEnds: seed.retryEnds ?? "success",
      trace: status === "failed" ? failureTrace : begun ? passingLog(plan.name) : "",
      failureTrace,
    };
    world.jobs.push(job);
    if (status === "running") world.clock.after(RUNNING_MS, () => endIfRunning(job, world));
  }
}

function endIfRunning(job: Job, world: World): void {
  if (job.status === "running") finishJob(job, "success", world);
}

function statusOf(name: string, seed: SeedPipeline): PipelineStatus {
  if (seed.status === "success") return "success";
  if (name === "image") return seed.status === "running" ? "created" : "skipped";
  if (seed.status === "running") return name === "integration-tests" ? "running" : "success";
  return name === (seed.failing ?? "integration-tests") ? "failed" : "success";
}

function logOf(name: string, seed: SeedPipeline): string {
  const flaky = name === "integration-tests" && seed.cause === undefined;
  return flaky ? flakyLog() : failingLog(name, seed.cause ?? `${name} failed`);
}
