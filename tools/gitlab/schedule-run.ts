import { z } from "zod";
import type { CallContext, Found, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { projectTarget } from "./entities.ts";
import { followPipeline } from "./pipeline-after.ts";
import { cronWords, findSchedule } from "./schedules.ts";
import type { Schedule } from "./shapes-delivery.ts";
import type { GitLabTooling } from "./tooling.ts";

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  schedule: words("Schedule: its description or number, such as Nightly reconciliation"),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  schedule: z.string(),
  schedule_id: z.int(),
  /** Its last pipeline when this was asked; ours is newer. */
  after: z.int(),
});
type Args = z.infer<typeof args>;

/** Runs a scheduled pipeline now, besides its times. */
export function scheduleRun({ api, access, locate }: GitLabTooling): WriteTool {
  return {
    name: "gitlab_schedule_run",
    title: "Run a scheduled pipeline now",
    description:
      'Runs a pipeline schedule of a project once, now, with its own branch and variables. For example {"project":"ledger-api","schedule":"Nightly reconciliation"}.',
    system: "gitlab",
    effect: "write",
    asPerson: true,
    input,
    slots: { project: "project", schedule: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: { schedule: "String", ref: "String" },
    risks: [2],
    // GitLab starts it in the background.
    lagMs: 15_000,
    step: ({ schedule }) => `Preparing to run the schedule “${plain(said(schedule) ?? "", 80)}”`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      await access.require(project, roles.developer, "Having a schedule run", context);
      const one = await findSchedule(api, project, wish.schedule, context);
      const last = one.last_pipeline;
      return {
        args: {
          project: project.path_with_namespace,
          project_id: project.id,
          schedule: one.description,
          schedule_id: one.id,
          after: last?.id ?? 0,
        },
        target: projectTarget(project),
        policyArgs: { schedule: one.description, ref: one.ref },
        risk: 2,
        version: versionOf(one),
        preview: {
          sentence: `Run the schedule "${line(one.description, 100)}" of ${project.path_with_namespace} now`,
          fields: [
            { label: "On", value: line(one.ref, 80) },
            { label: "Otherwise at", value: `${cronWords(one)}${one.active ? "" : ", switched off"}` },
            ...(one.owner ? [{ label: "Owner", value: line(one.owner.name, 80) }] : []),
            ...(last ? [{ label: "Last pipeline", value: `${last.id}, ${line(last.status, 40)}` }] : []),
          ],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, schedule_id: id } = canonical(args, given);
      return versionOf(await api.schedule(projectId, id, context.signal));
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      await api.runSchedule(wish.project_id, wish.schedule_id, context.signal);
      return outputOf(wish, undefined);
    },
    find: (given, context) => findRun(api, canonical(args, given), context),
    follow: async (given, _, context) => {
      const wish = canonical(args, given);
      const { last_pipeline: last } = await api.schedule(wish.project_id, wish.schedule_id, context.signal);
      if (!last || last.id <= wish.after)
        return { text: "GitLab has not started its pipeline yet", ended: false };
      return followPipeline(api, wish.project_id, last.id, context);
    },
  };
}

/** Changes when it runs by itself, and when somebody changes what it runs. */
const versionOf = ({ id, ref, last_pipeline: last, active }: Schedule): string =>
  `${id}:${ref}:${active}:${last?.id ?? "none"}`;

const outputOf = (wish: Args, pipeline: number | undefined) => ({
  text: `The schedule “${plain(wish.schedule, 100)}” of ${plain(wish.project)} ${pipeline === undefined ? "was asked to run; GitLab starts its pipeline in a moment" : `runs as pipeline ${pipeline}`}.`,
  sources: [],
  data: { schedule_id: wish.schedule_id, ...(pipeline !== undefined && { pipeline_id: pipeline }) },
  untrusted: [],
});

/** Done where a newer pipeline of it was started by the account that acts; its own times run as its owner. */
async function findRun(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const [{ last_pipeline: last, owner }, me] = await Promise.all([
    api.schedule(wish.project_id, wish.schedule_id, context.signal),
    api.me(context.signal),
  ]);
  if (!last || last.id <= wish.after) return { kind: "not_done" };
  const { user } = await api.pipeline(wish.project_id, last.id, context.signal);
  if (user?.id === me.id && owner?.id !== me.id) return { kind: "done", output: outputOf(wish, last.id) };
  return {
    kind: "unknown",
    why: `Pipeline ${last.id} of that schedule is newer, and it may have started by itself at its time.`,
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "run the nightly schedule of {project} now",
  "start the scheduled pipeline of {project}",
  "run the schedule Nightly reconciliation in {project}",
  "trigger the nightly pipeline of {project} by hand",
  "play the pipeline schedule of {project}",
  "run the weekly schedule in {project} now",
  "kick off the scheduled pipeline in {project}",
  "please run the nightly job schedule of {project}",
  "execute the schedule of {project} right now",
  "start the nightly build schedule in {project}",
  "run schedule 301 of {project}",
  "do the nightly run of {project} now",
];
