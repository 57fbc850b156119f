import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, link, plain } from "../text.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { deploysOf } from "./deploy-risk.ts";
import { jobTarget } from "./entities.ts";
import { followJob } from "./job-after.ts";
import { pairWords, readPairs } from "./pairs.ts";
import type { Job } from "./shapes.ts";
import { stateWords } from "./states.ts";
import type { GitLabTooling } from "./tooling.ts";

const input = z.strictObject({
  job: words("Job that waits for a manual step: its number such as 98704, or a pasted link"),
  project: words("Project, where the number alone is not clear").optional(),
  variables: words("Variables for this run: REGION=eu, DRY_RUN=true", 2000).optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  job: z.string(),
  job_id: z.int(),
  name: z.string(),
  variables: z.array(z.object({ key: z.string(), value: z.string() })),
});
type Args = z.infer<typeof args>;

/** Starts a job that waits for a hand; one that deploys to production is R3. */
export function jobPlay({ api, access, locate }: GitLabTooling): WriteTool {
  return {
    name: "gitlab_job_play",
    title: "Start a manual job",
    description:
      'Starts a job of a pipeline that waits for a manual step. For example {"job":"98704","project":"payments/ledger-api"} or with {"variables":"REGION=eu, DRY_RUN=true"}. To deploy a version by name, use gitlab_environment_deploy.',
    system: "gitlab",
    effect: "write",
    asPerson: true,
    input,
    slots: { job: "job", project: "project", variables: "text" },
    examples,
    targetTypes: ["Job"],
    policyArgs: { job: "String", environment: "String", production: "Boolean" },
    risks: [2, 3],
    lagMs: 2000,
    step: ({ job }) => `Preparing the start of job ${plain(said(job) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, job } = await locate.job(wish.job, wish.project, context);
      await access.require(project, roles.developer, "Having a manual job started", context);
      checkPlayable(job);
      const variables = readPairs(wish.variables, "variables");
      const all = await api.jobs(project.id, job.pipeline.id, false, context.signal);
      const { risk, production, environments } = await deploysOf(api, project.id, [job], 2, context, all);
      const [environment] = environments;
      return {
        args: {
          project: project.path_with_namespace,
          project_id: project.id,
          job: String(job.id),
          job_id: job.id,
          name: job.name,
          variables: variables.map(({ key, value }) => ({ key, value })),
        },
        target: jobTarget(project, job, environment),
        policyArgs: {
          job: job.name,
          production,
          ...(environment && { environment: environment.name }),
        },
        risk,
        version: versionOf(job),
        preview: {
          sentence: `Start the manual job ${line(job.name, 80)} of ${project.path_with_namespace}`,
          fields: [
            { label: "Job", value: `${job.id}, waits to be started` },
            { label: "Pipeline", value: `${job.pipeline.id} of ${line(job.pipeline.ref ?? "", 80)}` },
            { label: "Stage", value: line(job.stage, 60) },
            ...(environment === undefined
              ? []
              : [
                  {
                    label: "Deploys to",
                    value: `${line(environment.name, 60)}${production ? " (production)" : ""}`,
                  },
                ]),
            ...(variables.length === 0 ? [] : [{ label: "Variables", value: pairWords(variables) }]),
          ],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, job_id: id } = canonical(args, given);
      return versionOf(await api.job(projectId, id, context.signal));
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const job = await api.playJob(wish.project_id, wish.job_id, wish.variables, context.signal);
      return outputOf(wish, job);
    },
    find: (given, context) => findPlay(api, canonical(args, given), context),
    follow: (given, output, context) => followJob(api, canonical(args, given).project_id, output, context),
  };
}

const versionOf = ({ id, status }: Job): string => `${id}:${status}`;

function checkPlayable(job: Job): void {
  if (job.status === "manual") return;
  throw new TerminalError(
    "gitlab_not_startable",
    `Job ${job.id} (${line(job.name, 60)}) is ${stateWords(job.status)}, so there is nothing to start by hand. One that has ended can be retried.`,
  );
}

const outputOf = (wish: Args, job: Job) => ({
  text: `Job ${plain(wish.name, 80)} of ${plain(wish.project)} was started: ${link(`job ${job.id}`, job.web_url)} is ${stateWords(job.status)}.`,
  sources: [{ label: `job ${job.id}`, url: job.web_url }],
  data: { job_id: job.id, status: job.status },
  untrusted: [],
});

/** Done where the account that acts is the one that started it. */
async function findPlay(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const [job, me] = await Promise.all([
    api.job(wish.project_id, wish.job_id, context.signal),
    api.me(context.signal),
  ]);
  if (job.status === "manual") return { kind: "not_done" };
  if (!job.user)
    return { kind: "unknown", why: `Job ${job.id} was started, and GitLab does not say by whom.` };
  return job.user.id === me.id ? { kind: "done", output: outputOf(wish, job) } : { kind: "not_done" };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "start the manual job {job}",
  "play job {job}",
  "play the manual job {job} in {project}",
  "trigger manual job {job} of {project}",
  "start job {job} by hand",
  "run the manual step {job}",
  "press play on job {job}",
  "kick off the manual job {job}",
  "please play {job} in {project}",
  "job {job} waits for a manual start, start it",
  "launch the manual job {job}",
  "start the waiting job {job} in {project}",
];
