import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Field, ResolvedWrite } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import { ago } from "../times.ts";
import type { GitLabApi } from "./api.ts";
import { environmentTarget } from "./entities.ts";
import { environmentOf, isProduction } from "./environments.ts";
import type { Job, Pipeline, Project } from "./shapes.ts";
import type { Deployment, Environment } from "./shapes-delivery.ts";
import { endings, pipelineWordsOf, stateWords } from "./states.ts";
import type { Version } from "./versions.ts";

/** Newest pipelines of a commit in which a job that deploys is looked for. */
const pipelinesLooked = 5;
/** Newest deployments of an environment that tell what runs there and by which job. */
const deploymentsLooked = 50;

/** Canonical arguments of a deployment, forwards or back: what the approval is about. */
export const deployArgs = z.object({
  project: z.string(),
  project_id: z.int(),
  environment: z.string(),
  environment_id: z.int(),
  version: z.string(),
  sha: z.string(),
  /** What ran there before; null where nothing did. */
  before: z.string().nullable(),
  pipeline_id: z.int(),
  job: z.string(),
  job_id: z.int(),
  /** A job that waits for a hand is started; one that has run is run again. */
  how: z.enum(["start", "again"]),
});
export type DeployArgs = z.infer<typeof deployArgs>;

/** What an environment's history says. */
export interface Running {
  deployments: Deployment[];
  current: Deployment | undefined;
}

/** Newest first; `current` is the newest that succeeded. */
export async function runningIn(
  api: GitLabApi,
  projectId: number,
  environment: string,
  context: CallContext,
): Promise<Running> {
  const query = { environment, max: deploymentsLooked };
  const deployments = await api.deployments(projectId, query, context.signal);
  const done = deployments.filter(({ status }) => status === "success");
  const current = done.toSorted((a, b) => finished(b) - finished(a) || b.id - a.id)[0];
  return { deployments, current };
}

const finished = ({ updated_at: at, created_at: from }: Deployment): number => Date.parse(at ?? from);

/** Finds the job that puts a version onto an environment, and says everything that will happen. */
export async function planDeploy(
  api: GitLabApi,
  project: Project,
  environment: Environment,
  version: Version,
  running: Running,
  context: CallContext,
): Promise<Omit<ResolvedWrite, "preview"> & { fields: Field[] }> {
  const { job, pipeline } = await deployJob(api, project, environment, version, running, context);
  const how = startable(job, environment, version, running);
  const { current } = running;
  const args: DeployArgs = {
    project: project.path_with_namespace,
    project_id: project.id,
    environment: environment.name,
    environment_id: environment.id,
    version: version.name,
    sha: version.sha,
    before: current?.ref ?? null,
    pipeline_id: pipeline.id,
    job: job.name,
    job_id: job.id,
    how,
  };
  const production = isProduction(environment);
  return {
    args,
    target: environmentTarget(project, environment),
    policyArgs: {
      environment: environment.name,
      tier: environment.tier ?? "none",
      production,
      version: version.name,
    },
    risk: production ? 3 : 2,
    version: await deployVersion(api, args, context),
    fields: [
      { label: "Environment", value: `${line(environment.name, 80)}${production ? " (production)" : ""}` },
      versionField(version, current, context),
      { label: "Pipeline", value: `${pipeline.id}, ${pipelineWordsOf(pipeline, context.now())}` },
      {
        label: "Job",
        value: `${line(job.name, 80)} (${job.id}), ${how === "start" ? "waits to be started" : "runs again"}`,
      },
    ],
  };
}

function versionField(version: Version, current: Deployment | undefined, context: CallContext): Field {
  const value = `${line(version.name, 80)} (${version.kind ? `${version.kind} at ` : ""}${version.sha.slice(0, 8)})`;
  if (current === undefined) return { label: "Version", value };
  const since = `since ${ago(current.updated_at ?? current.created_at, context.now())}`;
  const before = `${line(current.ref, 80)} (${current.sha.slice(0, 8)}), ${since}`;
  return { label: "Version", before, value: current.sha === version.sha ? `${value}, once more` : value };
}

/** Changes when the job is started or repeated by anybody, and when anything else reaches the environment. */
export async function deployVersion(api: GitLabApi, wish: DeployArgs, context: CallContext): Promise<string> {
  const [jobs, { deployments, current }] = await Promise.all([
    jobsNamed(api, wish, context),
    runningIn(api, wish.project_id, wish.environment, context),
  ]);
  const newest = jobs[0];
  const under = deployments.find(({ status }) => status === "running")?.id ?? "none";
  return `${newest?.id ?? "gone"}:${newest?.status ?? "gone"}:${current?.id ?? "none"}:${under}`;
}

/** The jobs of that name in that pipeline, newest first, those that were repeated included. */
export async function jobsNamed(
  api: GitLabApi,
  wish: { project_id: number; pipeline_id: number; job: string },
  context: CallContext,
): Promise<Job[]> {
  const all = await api.jobs(wish.project_id, wish.pipeline_id, true, context.signal);
  return all.filter(({ name }) => name === wish.job).toSorted((a, b) => b.id - a.id);
}

async function deployJob(
  api: GitLabApi,
  project: Project,
  environment: Environment,
  version: Version,
  { deployments }: Running,
  context: CallContext,
): Promise<{ job: Job; pipeline: Pipeline }> {
  const query = { sha: version.sha, max: pipelinesLooked };
  const pipelines = await api.pipelines(project.id, query, context.signal);
  const history = { environments: [environment], deployments };
  for (const pipeline of pipelines) {
    const jobs = await api.jobs(project.id, pipeline.id, false, context.signal);
    const [job, ...more] = jobs.filter((one) => environmentOf(one, history)?.id === environment.id);
    const own = jobs.find((one) => deployments.some(({ deployable }) => deployable?.id === one.id));
    if (own !== undefined || (job !== undefined && more.length === 0))
      return { job: own ?? (job as Job), pipeline };
    if (more.length > 0) throw severalJobs([job as Job, ...more], environment);
  }
  throw new TerminalError(
    "gitlab_no_deploy_job",
    pipelines.length === 0
      ? `${project.path_with_namespace} has no pipeline for ${line(version.name, 80)} (${version.sha.slice(0, 8)}), so there is nothing that could deploy it. Run a pipeline on it first.`
      : `No pipeline of ${line(version.name, 80)} has a job that deploys to ${line(environment.name, 60)}. Its configuration decides which jobs a version gets.`,
  );
}

const severalJobs = (jobs: readonly Job[], environment: Environment) =>
  new TerminalError(
    "ambiguous",
    `Several jobs of that version deploy to ${line(environment.name, 60)}: ${jobs.map(({ id, name }) => `${line(name, 60)} (${id})`).join(", ")}. Start the one that is meant by its number.`,
  );

function startable(
  job: Job,
  environment: Environment,
  version: Version,
  { deployments }: Running,
): "start" | "again" {
  const own = deployments.find(({ deployable }) => deployable?.id === job.id);
  if (own?.status === "blocked") {
    throw new TerminalError(
      "gitlab_needs_approval",
      `Deployment ${own.id} of ${line(version.name, 80)} to ${line(environment.name, 60)} waits in GitLab for ${own.pending_approval_count ?? "its"} more approval(s). Have it approved there (gitlab_deployment_approve), then ask again.`,
    );
  }
  if (job.status === "manual") return "start";
  if (job.status in endings && job.status !== "skipped") return "again";
  throw new TerminalError(
    "gitlab_not_startable",
    `The job ${line(job.name, 60)} (${job.id}) that deploys ${line(version.name, 80)} is ${stateWords(job.status)}. ` +
      (job.status === "skipped" || job.status === "created"
        ? "An earlier part of its pipeline has not passed; look at that first."
        : "It is under way already; nothing more is needed."),
  );
}
