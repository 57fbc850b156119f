import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { count, line, link, plain, table } from "../text.ts";
import { ago } from "../times.ts";
import type { GitLabApi } from "./api.ts";
import { pipelineTarget, projectTarget } from "./entities.ts";
import { pipelineMeant } from "./pipeline-meant.ts";
import type { Job, Pipeline } from "./shapes.ts";
import { pipelineWordsOf, stateWords } from "./states.ts";
import type { GitLabTooling } from "./tooling.ts";
import { unlessMissing } from "./words.ts";

/** Pipelines in a list; jobs of one pipeline. */
const listed = 10;
const jobsShown = 40;

const input = z
  .strictObject({
    pipeline: words("Pipeline: its number such as 8812, or a link").optional(),
    merge_request: words("Merge request whose newest pipeline is meant: !482 or a link").optional(),
    project: words("Project; alone, or with a ref: its newest pipelines").optional(),
    ref: words("Branch or tag whose newest pipelines are listed").optional(),
  })
  .refine((given) => given.pipeline ?? given.merge_request ?? given.project, {
    path: ["project"],
    message: "name a project, a pipeline (8812) or a merge request (!482)",
  });

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  pipeline_id: z.int().optional(),
  ref: z.string().optional(),
});
type Args = z.infer<typeof args>;

/** The state of a pipeline with its jobs and tests, or the newest pipelines of a project. */
export function pipelineRead(tooling: GitLabTooling): ReadTool {
  const { api, locate } = tooling;
  return {
    name: "gitlab_pipeline_read",
    title: "Read pipelines",
    description:
      'State of one pipeline with its jobs, tests and manual steps, or the newest pipelines of a project or branch. For example {"pipeline":"8788"}, {"merge_request":"!482"} or {"project":"ledger-api","ref":"main"}. Why one failed: gitlab_pipeline_explain.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { pipeline: "pipeline", merge_request: "merge_request", project: "project", ref: "text" },
    examples,
    targetTypes: ["Pipeline", "Project"],
    policyArgs: {},
    step: ({ pipeline, merge_request: mergeRequest, project }) =>
      `Reading pipelines of ${plain(said(pipeline ?? mergeRequest ?? project) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      if (wish.pipeline === undefined && wish.merge_request === undefined) {
        const project = await locate.project(wish.project ?? "", context);
        const place = { project: project.path_with_namespace, project_id: project.id };
        return {
          args: { ...place, ...(wish.ref !== undefined && { ref: wish.ref }) },
          target: projectTarget(project),
          policyArgs: {},
        };
      }
      const { project, pipeline } = await pipelineMeant(tooling, wish, context);
      return {
        args: { project: project.path_with_namespace, project_id: project.id, pipeline_id: pipeline.id },
        target: pipelineTarget(project, pipeline),
        policyArgs: {},
      };
    },
    run: (given, context) => {
      const wish = canonical(args, given);
      return wish.pipeline_id === undefined
        ? list(api, wish, context)
        : one(api, wish, wish.pipeline_id, context);
    },
  };
}

async function list(api: GitLabApi, wish: Args, context: CallContext): Promise<ToolOutput> {
  const query = { ...(wish.ref !== undefined && { ref: wish.ref }), max: listed };
  const rows = await api.pipelines(wish.project_id, query, context.signal);
  const where = `${plain(wish.project)}${wish.ref === undefined ? "" : ` on ${plain(wish.ref, 80)}`}`;
  return {
    text: [
      rows.length === 0
        ? `**No pipelines in ${where}.**`
        : `**Newest pipelines of ${where}**${rows.length === listed ? `, ${listed} shown; narrow by branch or tag` : ""}.`,
      ...(rows.length === 0 ? [] : [tableOf(rows, context)]),
    ].join("\n\n"),
    sources: [],
    data: { pipelines: rows.map(({ id, status }) => ({ id, status })) },
    choices: rows.map(({ id, ref, status }) => ({
      value: String(id),
      label: line(`${id} ${ref ?? ""} ${stateWords(status)}`, 75),
    })),
    untrusted: [],
  };
}

const tableOf = (rows: readonly Pipeline[], context: CallContext): string =>
  table(
    ["Pipeline", "Branch or tag", "Commit", "State", "Started"],
    rows.map((row) => [
      link(String(row.id), row.web_url),
      plain(row.ref ?? "", 60),
      row.sha.slice(0, 8),
      stateWords(row.status),
      ago(row.created_at, context.now()),
    ]),
  );

async function one(api: GitLabApi, wish: Args, id: number, context: CallContext): Promise<ToolOutput> {
  const [pipeline, jobs, tests] = await Promise.all([
    api.pipeline(wish.project_id, id, context.signal),
    api.jobs(wish.project_id, id, false, context.signal),
    unlessMissing(api.testReport(wish.project_id, id, context.signal)),
  ]);
  const sorted = jobs.toSorted((a, b) => a.id - b.id);
  const manual = sorted.filter(({ status }) => status === "manual");
  const by = pipeline.user ? `, started by ${plain(pipeline.user.name, 60)}` : "";
  return {
    text: [
      `**Pipeline ${link(String(id), pipeline.web_url)} of ${plain(wish.project)} ${pipelineWordsOf(pipeline, context.now())}**: ${plain(pipeline.ref ?? "", 80)} at ${pipeline.sha.slice(0, 8)}${by}.`,
      jobTable(sorted),
      ...(tests === undefined || tests.total.count === 0 ? [] : [testWords(tests.total)]),
      ...(manual.length === 0
        ? []
        : [
            `Waiting for a hand: ${manual.map((job) => `${plain(job.name, 60)} (job ${job.id})`).join(", ")}.`,
          ]),
    ].join("\n\n"),
    sources: [{ label: `pipeline ${id} of ${wish.project}`, url: pipeline.web_url }],
    data: { status: pipeline.status, manual: manual.map(({ id: job, name }) => ({ id: job, name })) },
    untrusted: [],
  };
}

const jobTable = (jobs: readonly Job[]): string => {
  const shown = jobs.slice(0, jobsShown);
  const rows = shown.map((job) => [
    `${link(plain(job.name, 60), job.web_url)} (${job.id})`,
    plain(job.stage, 40),
    `${stateWords(job.status)}${job.allow_failure && job.status === "failed" ? " (allowed to fail)" : ""}`,
  ]);
  const more = jobs.length > shown.length ? `\n\n${shown.length} of ${count(jobs.length, "job")} shown.` : "";
  return `${table(["Job", "Stage", "State"], rows)}${more}`;
};

const testWords = (total: { count: number; failed: number; error?: number | null | undefined }): string =>
  `Tests: ${count(total.count, "test")}, ${total.failed + (total.error ?? 0)} failed.`;

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "show pipeline {pipeline}",
  "status of pipeline {pipeline}",
  "how is the pipeline of {merge_request} doing?",
  "latest pipelines of {project}",
  "list the pipelines in {project}",
  "is the pipeline on {merge_request} done",
  "is main green in {project}?",
  "which jobs are running in pipeline {pipeline}",
  "show me the newest pipelines of {project}",
  "what jobs does pipeline {pipeline} have",
  "did the pipeline of {merge_request} pass?",
  "CI status of {project}",
  "which manual jobs wait in pipeline {pipeline}",
  "recent builds of {project}",
];
