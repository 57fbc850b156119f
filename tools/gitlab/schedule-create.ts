import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { moment } from "../times.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { projectTarget } from "./entities.ts";
import { inertLine } from "./quick-actions.ts";
import { checkCron, cronWords } from "./schedules.ts";
import type { Schedule } from "./shapes-delivery.ts";
import type { GitLabTooling } from "./tooling.ts";
import { findVersion } from "./versions.ts";

const descriptionCharsMax = 200;

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  description: words("What it is for, in a few words; its name", descriptionCharsMax),
  cron: words("When, as cron with five fields: 0 9 * * 1-5 is weekdays at nine"),
  ref: words("Branch or tag. Left out: the default branch").optional(),
  timezone: words("Time zone such as Europe/Berlin. Left out: the asker's").optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  description: z.string(),
  ref: z.string(),
  cron: z.string(),
  timezone: z.string(),
});
type Args = z.infer<typeof args>;

/** Makes a pipeline start by itself from now on. */
export function scheduleCreate({ api, access, locate }: GitLabTooling): WriteTool {
  return {
    name: "gitlab_schedule_create",
    title: "Schedule a pipeline",
    description:
      'Makes a pipeline of a project run by itself at set times. For example {"project":"ledger-api","description":"Nightly tests","cron":"0 2 * * *","ref":"main","timezone":"Europe/Berlin"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { project: "project", description: "text", cron: "text", ref: "text", timezone: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: { ref: "String", cron: "String" },
    risks: [2],
    lagMs: 3000,
    step: ({ description }) => `Preparing the schedule “${plain(said(description) ?? "", 80)}”`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      await access.require(project, roles.developer, "Having a pipeline scheduled", context);
      const { name: ref, kind } = await findVersion(
        api,
        project,
        wish.ref ?? project.default_branch ?? "main",
        context,
      );
      if (kind === "commit")
        throw new TerminalError(
          "bad_argument",
          "A schedule runs on a branch or a tag, not on a commit. Name one of them.",
        );
      const resolved: Args = {
        project: project.path_with_namespace,
        project_id: project.id,
        description: inertLine(wish.description, descriptionCharsMax),
        ref,
        cron: checkCron(wish.cron),
        timezone: checkZone(wish.timezone ?? context.principal.timezone),
      };
      const same = await sameName(api, resolved, context);
      if (same !== undefined) {
        throw new TerminalError(
          "gitlab_schedule_exists",
          `${project.path_with_namespace} has a schedule “${resolved.description}” already (${same.id}): ${cronWords(same)} on ${line(same.ref, 80)}. Name the new one differently.`,
        );
      }
      return {
        args: resolved,
        target: projectTarget(project),
        policyArgs: { ref, cron: resolved.cron },
        risk: 2,
        version: "absent",
        preview: {
          sentence: `Schedule the pipeline "${line(resolved.description, 100)}" of ${project.path_with_namespace}`,
          fields: [
            { label: "When", value: `${resolved.cron} (${resolved.timezone})` },
            { label: "On", value: line(ref, 80) },
          ],
        },
      };
    },
    version: async (given, context) => {
      const same = await sameName(api, canonical(args, given), context);
      return same === undefined ? "absent" : `there:${same.id}`;
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      return outputOf(wish, await api.createSchedule(wish.project_id, wish, context.signal));
    },
    find: (given, context) => findCreated(api, canonical(args, given), context),
  };
}

const sameName = async (api: GitLabApi, wish: Args, context: CallContext): Promise<Schedule | undefined> =>
  (await api.schedules(wish.project_id, context.signal)).find(
    ({ description }) => description.toLowerCase() === wish.description.toLowerCase(),
  );

/** Throws for what is no time zone, since GitLab would take it for UTC. */
function checkZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    throw new TerminalError(
      "bad_argument",
      `'${line(zone, 60)}' is no time zone. Expected a name such as \`Europe/Berlin\`.`,
    );
  }
}

const outputOf = (wish: Args, one: Schedule) => ({
  text: `The schedule “${plain(wish.description, 100)}” of ${plain(wish.project)} was made (${one.id}): ${plain(cronWords(one))} on ${plain(one.ref, 80)}${one.next_run_at ? `, next ${moment(one.next_run_at)}` : ""}.`,
  sources: [],
  data: { schedule_id: one.id },
  untrusted: [],
});

/** Done where one of that name, which was not there before, belongs to the account that acts and says the same. */
async function findCreated(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const [same, me] = await Promise.all([sameName(api, wish, context), api.me(context.signal)]);
  if (same === undefined || same.owner?.id !== me.id) return { kind: "not_done" };
  const equal = same.cron === wish.cron && same.ref.replace(/^refs\/(?:heads|tags)\//, "") === wish.ref;
  return equal ? { kind: "done", output: outputOf(wish, same) } : { kind: "not_done" };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "schedule a pipeline in {project} every night at two",
  "create a pipeline schedule for {project}",
  "run the pipeline of {project} every weekday at nine",
  "add a nightly pipeline to {project}",
  "new pipeline schedule in {project}",
  "set up a weekly pipeline for {project}",
  "schedule the tests of {project} daily",
  "make the pipeline of {project} run each morning",
  "add a cron pipeline to {project}",
  "I want a nightly build of {project}",
  "create a schedule that runs main of {project} at night",
  "plan a pipeline of {project} for every Monday",
];
