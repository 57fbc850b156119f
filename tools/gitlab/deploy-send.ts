import type { CallContext, Found, Progress, ToolOutput } from "../../src/core/tool.ts";
import { line, link, plain } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import { type DeployArgs, jobsNamed } from "./deploy-plan.ts";
import type { Job } from "./shapes.ts";
import { endings, stateWords } from "./states.ts";

/** Starts the job that deploys, once; GitLab refuses where it was started in between. */
export async function sendDeploy(
  api: GitLabApi,
  wish: DeployArgs,
  context: CallContext,
): Promise<ToolOutput> {
  const { project_id: projectId, job_id: id } = wish;
  const job =
    wish.how === "start"
      ? await api.playJob(projectId, id, [], context.signal)
      : await api.retryJob(projectId, id, context.signal);
  return deployOutput(wish, job);
}

const deployOutput = (wish: DeployArgs, job: Job): ToolOutput => ({
  text: `${plain(wish.version)} of ${plain(wish.project)} is on its way to ${plain(wish.environment)}: ${link(`job ${job.id}`, job.web_url)} is ${stateWords(job.status)}.`,
  sources: [{ label: `job ${job.id}`, url: job.web_url }],
  data: { job_id: job.id, status: job.status },
  untrusted: [],
});

/** Done where the account that acts started that job, or made a newer one of its name in its pipeline. */
export async function findDeploy(api: GitLabApi, wish: DeployArgs, context: CallContext): Promise<Found> {
  const [jobs, me] = await Promise.all([jobsNamed(api, wish, context), api.me(context.signal)]);
  const first =
    wish.how === "again"
      ? jobs.findLast(({ id }) => id > wish.job_id)
      : jobs.find(({ id, status }) => id === wish.job_id && status !== "manual");
  if (first === undefined) return { kind: "not_done" };
  if (!first.user)
    return { kind: "unknown", why: `Job ${first.id} was started, and GitLab does not say by whom.` };
  return first.user.id === me.id ? { kind: "done", output: deployOutput(wish, first) } : { kind: "not_done" };
}

/** The job to its end. A failure says what was there before, and how to go back to it. */
export async function followDeploy(
  api: GitLabApi,
  wish: DeployArgs,
  output: ToolOutput,
  context: CallContext,
): Promise<Progress> {
  const id = Number(output.data?.["job_id"] ?? wish.job_id);
  const job = await api.job(wish.project_id, id, context.signal);
  const what = `${line(wish.version, 80)} to ${line(wish.environment, 60)}`;
  if (!(job.status in endings))
    return { text: `Deploying ${what}: job ${job.id} is ${stateWords(job.status)}`, ended: false };
  if (endings[job.status] === true)
    return {
      text: `${line(wish.environment, 60)} runs ${line(wish.version, 80)} now (job ${job.id} passed)`,
      ended: true,
      ok: true,
    };
  const back =
    wish.before === null || wish.before === wish.version
      ? ""
      : ` ${line(wish.before, 80)} was there before: roll ${line(wish.environment, 60)} back to it, or look at the job's log`;
  return {
    text: `Deploying ${what}: job ${job.id} ${stateWords(job.status)}.${back}`,
    ended: true,
    ok: false,
  };
}
