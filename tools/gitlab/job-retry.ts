import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { CallContext, Found, ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, link, plain } from "../text.ts";
import { ago } from "../times.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { deploysOf } from "./deploy-risk.ts";
import { jobTarget } from "./entities.ts";
import { followJob, standing } from "./job-after.ts";
import type { Job } from "./shapes.ts";
import { endings, stateWords } from "./states.ts";
import type { GitLabTooling } from "./tooling.ts";
import { leaveNote, onBehalf } from "./trail.ts";

const input = z.strictObject({
  job: words("Job: its number such as 99120, or a pasted link"),
  project: words("Project, where the number alone is not clear").optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  job: z.string(),
  job_id: z.int(),
  name: z.string(),
  pipeline_id: z.int(),
});
type Args = z.infer<typeof args>;

/** Retries one failed or cancelled job; GitLab answers with a new job, whose state is followed. */
export function jobRetry(tooling: GitLabTooling): WriteTool {
  const { api, access, locate } = tooling;
  return {
    name: "gitlab_job_retry",
    title: "Retry a job",
    description:
      'Runs one failed or cancelled job of a pipeline again. For example {"job":"99120","project":"payments/ledger-api"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { job: "job", project: "project" },
    examples,
    targetTypes: ["Job"],
    policyArgs: { job: "String", environment: "String", production: "Boolean" },
    risks: [1, 2, 3],
    lagMs: 2000,
    step: ({ job }) => `Preparing the retry of job ${plain(said(job) ?? "", 80)}`,
    resolve: async (given, context) => {
      const { project, job } = await locate.job(said(given["job"]) ?? "", said(given["project"]), context);
      await access.require(project, roles.developer, "Retrying a job", context);
      const all = await api.jobs(project.id, job.pipeline.id, true, context.signal);
      const newest = newestAmong(all, job);
      checkRetryable(job, newest, context);
      const { risk, production, environments } = await deploysOf(api, project.id, [job], 1, context, all);
      const [environment] = environments;
      const resolved: JsonObject = {
        project: project.path_with_namespace,
        project_id: project.id,
        job: String(job.id),
        job_id: job.id,
        name: job.name,
        pipeline_id: job.pipeline.id,
      };
      return {
        args: resolved,
        target: jobTarget(project, job, environment),
        policyArgs: { job: job.name, production, ...(environment && { environment: environment.name }) },
        risk,
        version: versionOf(job, newest),
        preview: {
          sentence: `Retry job ${line(job.name, 80)} of ${project.path_with_namespace}`,
          fields: [
            {
              label: "Job",
              value: `${job.id}, ${stateWords(job.status)}${job.finished_at ? ` ${ago(job.finished_at, context.now())}` : ""}`,
            },
            { label: "Pipeline", value: String(job.pipeline.id) },
            { label: "Stage", value: line(job.stage, 60) },
            ...(environment === undefined
              ? []
              : [
                  {
                    label: "Deploys to",
                    value: `${line(environment.name, 60)}${production ? " (production)" : ""}`,
                  },
                ]),
          ],
        },
      };
    },
    version: async (given, context) => {
      const wish = canonical(args, given);
      const job = await api.job(wish.project_id, wish.job_id, context.signal);
      return versionOf(job, await newestOf(api, wish.project_id, job, context));
    },
    run: (given, context) => retry(api, canonical(args, given), context),
    find: (given, context) => findRetry(api, canonical(args, given), context),
    follow: (given, output, context) => followJob(api, canonical(args, given).project_id, output, context),
  };
}

/** Changes when the job's state changes or when somebody retries it: the newest job of its name is then another. */
const versionOf = (job: Job, newest: Job): string => `${job.id}:${job.status}:${newest.id}`;

const sameName = async (
  api: GitLabApi,
  projectId: number,
  job: { name: string; pipeline: { id: number } },
  context: CallContext,
) =>
  (await api.jobs(projectId, job.pipeline.id, true, context.signal)).filter((one) => one.name === job.name);

const newestAmong = (all: readonly Job[], job: Job): Job =>
  all
    .filter(({ name }) => name === job.name)
    .reduce((newest, one) => (one.id > newest.id ? one : newest), job);

const newestOf = async (api: GitLabApi, projectId: number, job: Job, context: CallContext): Promise<Job> =>
  newestAmong(await sameName(api, projectId, job, context), job);

function checkRetryable(job: Job, newest: Job, context: CallContext): void {
  if (newest.id !== job.id) {
    throw new TerminalError(
      "already_retried",
      `Job ${job.id} (${line(job.name, 60)}) was retried already${newest.user ? ` by ${line(newest.user.name, 60)}` : ""} ${ago(newest.created_at, context.now())}: the newest is job ${newest.id}, which ${standing(newest)}. To retry that one, name it.`,
    );
  }
  if (!(job.status in endings) || job.status === "skipped") {
    throw new TerminalError(
      "not_retryable",
      `Job ${job.id} (${line(job.name, 60)}) ${standing(job)}; only a job that has run and ended can be retried.`,
    );
  }
}

async function retry(api: GitLabApi, wish: Args, context: CallContext): Promise<ToolOutput> {
  const fresh = await api.retryJob(wish.project_id, wish.job_id, context.signal);
  const note = await noteOnMergeRequest(api, wish, fresh, context);
  return { ...outputOf(wish, fresh), text: `${outputOf(wish, fresh).text}${note}` };
}

const outputOf = (wish: Args, fresh: Job): ToolOutput => ({
  text: `Job ${plain(wish.name, 80)} of ${plain(wish.project)} was retried: ${link(`job ${fresh.id}`, fresh.web_url)} ${standing(fresh)}.`,
  sources: [{ label: `job ${fresh.id}`, url: fresh.web_url }],
  data: { job_id: fresh.id, status: fresh.status },
  untrusted: [],
});

/** A retry has no text of its own in GitLab: the merge request of the branch, where there is one, says who wanted it. */
async function noteOnMergeRequest(
  api: GitLabApi,
  wish: Args,
  fresh: Job,
  context: CallContext,
): Promise<string> {
  try {
    const iid = await mergeRequestOf(api, wish, fresh, context);
    if (iid === undefined) return "";
    const body = `Steward retried job ${line(wish.name, 80)} (${wish.job_id}, now ${fresh.id}) ${onBehalf(context)}.`;
    return await leaveNote(api, wish.project_id, iid, body, context);
  } catch {
    // The retry stands; looking for a place to write about it is an extra.
    return " No note that names the requester was left in GitLab.";
  }
}

async function mergeRequestOf(
  api: GitLabApi,
  wish: Args,
  fresh: Job,
  context: CallContext,
): Promise<number | undefined> {
  const ref = fresh.pipeline.ref;
  if (!ref) return undefined;
  const own = /^refs\/merge-requests\/(\d+)\//.exec(ref)?.[1];
  if (own !== undefined) return Number(own);
  const { rows } = await api.mergeRequests(
    { projectId: wish.project_id, state: "opened", sourceBranch: ref },
    context.signal,
  );
  return rows[0]?.iid;
}

/** Done where Steward's own account made a newer job of that name; anyone else's is not this action. */
async function findRetry(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const [all, me] = await Promise.all([
    sameName(api, wish.project_id, { name: wish.name, pipeline: { id: wish.pipeline_id } }, context),
    api.me(context.signal),
  ]);
  const newer = all.filter((one) => one.id > wish.job_id).sort((a, b) => a.id - b.id);
  const [first] = newer;
  if (first === undefined) return { kind: "not_done" };
  if (!first.user)
    return { kind: "unknown", why: `Job ${first.id} is newer, and GitLab does not say who started it.` };
  return first.user.id === me.id ? { kind: "done", output: outputOf(wish, first) } : { kind: "not_done" };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "retry job {job}",
  "retry the failed job {job} in {project}",
  "rerun job {job}",
  "run job {job} again please",
  "restart job {job}",
  "can you retry {job}?",
  "job {job} is flaky, run it again",
  "start job {job} again in {project}",
  "please re-run {job}",
  "kick job {job} off one more time",
  "try the job {job} once more",
  "retrigger job {job} of {project}",
  "give job {job} another try",
  "repeat job {job}",
  "retry {job}",
  "rerun the failed job {job}",
  "run the job {job} again",
  "job {job} failed, retry it",
  "can you restart job {job} in {project}?",
  "please start job {job} again",
  "I want job {job} to run again",
  "redo job {job}",
  "run {job} again",
  "that was flaky, retry job {job}",
];
