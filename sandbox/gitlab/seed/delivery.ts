import type { Deployment, Environment } from "../types-delivery.ts";
import type { Job, Pipeline, PipelineStatus, Project, User } from "../types.ts";
import { shaOf, type World } from "../world.ts";
import { failingLog, passingLog } from "./logs.ts";

/** A version of ledger-api: its tag, its pipeline, and what became of its two deploy jobs. */
interface Version {
  readonly tag: string;
  readonly pipeline: number;
  readonly firstJob: number;
  readonly daysAgo: number;
  readonly staging: PipelineStatus;
  readonly production: PipelineStatus;
  readonly notes: string;
}

const LEDGER: readonly Version[] = [
  {
    tag: "2.13.0",
    pipeline: 8701,
    firstJob: 97_100,
    daysAgo: 30,
    staging: "success",
    production: "success",
    notes: "Half-even rounding in reports.",
  },
  {
    tag: "2.14.0",
    pipeline: 8741,
    firstJob: 97_400,
    daysAgo: 9,
    staging: "success",
    production: "success",
    notes: "Balances by currency; idle connections are closed.",
  },
  {
    tag: "2.14.1",
    pipeline: 8788,
    firstJob: 98_700,
    daysAgo: 1,
    staging: "success",
    production: "manual",
    notes: "Keeps the idempotency key of a retried payout.",
  },
];

const JOBS = [
  { name: "compile", stage: "build" },
  { name: "unit", stage: "test" },
  { name: "image", stage: "package" },
  { name: "deploy-staging", stage: "deploy", environment: "staging" },
  { name: "deploy-production", stage: "deploy", environment: "production" },
] as const;

/** Environments with their history, tags, releases and schedules; all ids are below those of the merge requests. */
export function seedDelivery(world: World): void {
  const ledger = projectOf(world, 101);
  environment(world, ledger, 61, "staging", "staging");
  environment(world, ledger, 62, "production", "production");
  const boris = world.user("boris");
  for (const version of LEDGER) seedVersion(version, ledger, boris, world);
  seedFlaky(world);
  const cards = projectOf(world, 103);
  environment(world, cards, 63, "production", "production", { deployLevel: 40, approvals: 1 });
  seedBlocked(cards, world);
  world.schedules.push({
    id: 301,
    project: ledger,
    description: "Nightly reconciliation",
    ref: "main",
    cron: "0 2 * * *",
    cron_timezone: "Europe/Berlin",
    active: true,
    owner: boris,
    created_at: daysAgo(world, 200),
    pipelines: [],
  });
}

const daysAgo = (world: World, days: number): string =>
  new Date(world.clock.now() - days * 86_400_000).toISOString();

function projectOf(world: World, id: number): Project {
  const found = world.projects.find((one) => one.id === id);
  if (found === undefined) throw new Error(`the seed has no project ${id}`);
  return found;
}

function environment(
  world: World,
  project: Project,
  id: number,
  name: string,
  tier: Environment["tier"],
  more: Partial<Environment> = {},
): void {
  world.environments.push({
    id,
    project,
    name,
    tier,
    external_url: `https://${name}.${project.path}.example.com`,
    deployLevel: 30,
    approvals: 0,
    ...more,
  });
}

function seedVersion(version: Version, project: Project, user: User, world: World): void {
  const at = daysAgo(world, version.daysAgo);
  const sha = shaOf(`${project.path} ${version.tag}`);
  world.tags.push({ project, name: version.tag, sha, message: `Version ${version.tag}`, created_at: at });
  if (version.production === "success")
    world.releases.push({
      project,
      tag: version.tag,
      name: `Ledger API ${version.tag}`,
      description: version.notes,
      author: user,
      created_at: at,
    });
  const pipeline = seedPipeline(project, version.pipeline, version.tag, sha, at, user, world);
  for (const [index, plan] of JOBS.entries()) {
    const deploys = "environment" in plan;
    const status = !deploys
      ? "success"
      : plan.environment === "staging"
        ? version.staging
        : version.production;
    seedJob({ ...plan, id: version.firstJob + index, status }, pipeline, world);
  }
}

/** integration-tests failed once for !479 as well, and passed when it ran again. */
function seedFlaky(world: World): void {
  const passed = world.jobs.find(
    ({ name, pipeline }) => name === "integration-tests" && pipeline.id === 8807,
  );
  if (passed === undefined) throw new Error("the seed has no integration-tests in pipeline 8807");
  const first = { id: 99_030, status: "failed", retried: true, failure_reason: "script_failure" } as const;
  world.jobs.push({ ...passed, ...first, trace: passed.failureTrace });
}

/** A deployment of card-auth that waits for an approval in GitLab. */
function seedBlocked(project: Project, world: World): void {
  const mei = world.user("mei");
  const at = daysAgo(world, 0.1);
  const sha = shaOf(`${project.path} 5.2.0`);
  world.tags.push({ project, name: "5.2.0", sha, message: "Version 5.2.0", created_at: at });
  const pipeline = seedPipeline(project, 8792, "5.2.0", sha, at, mei, world);
  seedJob({ id: 98_790, name: "image", stage: "package", status: "success" }, pipeline, world);
  const last = {
    id: 98_791,
    name: "deploy-production",
    stage: "deploy",
    status: "manual",
    environment: "production",
  } as const;
  seedJob(last, pipeline, world);
}

function seedPipeline(
  project: Project,
  id: number,
  ref: string,
  sha: string,
  at: string,
  user: User,
  world: World,
): Pipeline {
  const pipeline: Pipeline = {
    id,
    iid: id - 8000,
    project,
    sha,
    ref,
    status: "success",
    source: "push",
    created_at: at,
    updated_at: at,
    started_at: at,
    finished_at: at,
    user,
  };
  world.pipelines.push(pipeline);
  return pipeline;
}

function seedJob(
  plan: { id: number; name: string; stage: string; status: PipelineStatus; environment?: string },
  pipeline: Pipeline,
  world: World,
): void {
  const ended = plan.status === "success";
  const job: Job = {
    ...plan,
    project: pipeline.project,
    pipeline,
    allow_failure: plan.environment !== undefined,
    created_at: pipeline.created_at,
    started_at: ended ? pipeline.created_at : null,
    finished_at: ended ? pipeline.created_at : null,
    user: pipeline.user,
    failure_reason: null,
    retried: false,
    retryEnds: "success",
    trace: ended ? passingLog(plan.name) : "",
    failureTrace: failingLog(plan.name, "Error: the new instances did not become healthy within 120 s"),
  };
  world.jobs.push(job);
  const where = world.environments.find(
    ({ project, name }) => project === job.project && name === plan.environment,
  );
  if (where === undefined) return;
  world.deployments.push({
    id: 9000 + world.deployments.length,
    iid: 1 + world.deployments.length,
    environment: where,
    job,
    status: deploymentStatus(plan.status, where),
    created_at: job.created_at,
    updated_at: job.created_at,
    user: job.user,
    approvals: [],
  });
}

const deploymentStatus = (status: PipelineStatus, where: Environment): Deployment["status"] =>
  status === "success" ? "success" : where.approvals > 0 ? "blocked" : "created";
