import { z } from "zod";
import type { ReadTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain, table } from "../text.ts";
import { moment } from "../times.ts";
import { projectTarget } from "./entities.ts";
import { cronWords } from "./schedules.ts";
import { type GitLabTooling, isOwn } from "./tooling.ts";

const rowsShown = 20;

const input = z.strictObject({ project: words("Project, such as ledger-api or payments/ledger-api") });

const args = z.object({ project: z.string(), project_id: z.int(), web_url: z.string() });

/** The pipelines of a project that start by themselves. */
export function scheduleFind({ api, locate }: GitLabTooling): ReadTool {
  return {
    name: "gitlab_schedule_find",
    title: "List pipeline schedules",
    description:
      'Lists the pipeline schedules of a project: what runs on which branch, when, whose it is. For example {"project":"ledger-api"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { project: "project" },
    examples,
    targetTypes: ["Project"],
    policyArgs: {},
    step: ({ project }) => `Looking for the pipeline schedules of ${plain(said(project) ?? "", 80)}`,
    resolve: async (given, context) => {
      const project = await locate.project(canonical(input, given).project, context);
      return {
        args: { project: project.path_with_namespace, project_id: project.id, web_url: project.web_url },
        target: projectTarget(project),
        policyArgs: {},
      };
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const all = await api.schedules(wish.project_id, context.signal);
      const shown = all.slice(0, rowsShown);
      const rows = shown.map((one) => [
        `${plain(one.description, 80)} (${one.id})`,
        plain(one.ref, 60),
        plain(cronWords(one)),
        one.active ? (one.next_run_at ? moment(one.next_run_at) : "") : "switched off",
        one.owner ? plain(one.owner.name, 40) : "nobody",
      ]);
      const others = shown.filter(({ owner }) => owner && !isOwn(owner, context));
      return {
        text:
          all.length === 0
            ? `**${plain(wish.project)} has no pipeline schedules.**`
            : `**Pipeline schedules of ${plain(wish.project)}**${shown.length < all.length ? `, ${shown.length} of ${all.length} shown` : ""}.\n\n${table(["Schedule", "Branch or tag", "When", "Next", "Owner"], rows)}`,
        sources: [{ label: `schedules of ${wish.project}`, url: `${wish.web_url}/-/pipeline_schedules` }],
        data: { schedules: shown.map(({ id, active }) => ({ id, active })) },
        choices: shown.map(({ id, description }) => ({ value: String(id), label: line(description, 75) })),
        untrusted: others.length === 0 ? [] : [`descriptions of pipeline schedules of ${wish.project}`],
      };
    },
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show the pipeline schedules of {project}",
  "which schedules does {project} have?",
  "list the scheduled pipelines in {project}",
  "when does the nightly pipeline of {project} run",
  "scheduled builds of {project}",
  "what runs every night in {project}?",
  "who owns the schedules of {project}",
  "show me the cron pipelines of {project}",
  "are there nightly pipelines in {project}",
  "next scheduled pipeline of {project}",
  "which pipelines of {project} start by themselves",
  "all schedules in {project}",
];
