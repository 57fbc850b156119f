import type { CallContext } from "../../src/core/tool.ts";
import { count, fenced, link, plain, table } from "../text.ts";
import { moment } from "../times.ts";
import type { JobLog } from "./job-log.ts";
import type { LogLine } from "./log-lines.ts";
import type { Job, Pipeline } from "./shapes.ts";
import { endings, pipelineWordsOf, stateWords } from "./states.ts";

/** What was read of a pipeline; a log is an error where it could not be read. */
export interface PipelineFacts {
  wish: { project: string; merge_request?: string | undefined };
  pipeline: Pipeline;
  jobs: Job[];
  failed: Job[];
  read: { job: Job; log: JobLog | Error }[];
  /** How those jobs fared lately on other branches; a line each. */
  history: string[];
}

/** The explanation as Markdown: what failed, the cause with its lines, the window around it. */
export function pipelineReport(facts: PipelineFacts, context: CallContext): string {
  const { failed, read } = facts;
  const unread = failed.slice(read.length);
  return [
    headline(facts, context),
    ...(failed.length > 0 ? [jobTable(failed)] : [without(facts)]),
    ...(facts.history.length > 0 ? [facts.history.map((each) => `- ${each}`).join("\n")] : []),
    ...read.map(({ job, log }) => (log instanceof Error ? unreadable(job, log) : cause(job, log))),
    ...(unread.length > 0
      ? [
          `The logs of ${count(unread.length, "more failed job")} were not read: ${unread.map((job) => plain(job.name, 60)).join(", ")}.`,
        ]
      : []),
  ].join("\n\n");
}

function headline({ wish, pipeline }: PipelineFacts, context: CallContext): string {
  const at = pipeline.finished_at ?? pipeline.updated_at ?? pipeline.created_at;
  const where = `${plain(wish.project)}${wish.merge_request ? ` ${wish.merge_request}` : ""}`;
  return (
    `**Pipeline ${link(String(pipeline.id), pipeline.web_url)} of ${where} ${pipelineWordsOf(pipeline, context.now())}** ` +
    `(${moment(at)}), commit ${pipeline.sha.slice(0, 8)}.`
  );
}

const reasons: Record<string, string> = {
  script_failure: "its script failed",
  runner_system_failure: "the runner failed",
  stuck_or_timeout_failure: "it was stuck or took too long",
  job_execution_timeout: "it took too long",
  runner_unsupported: "no runner fits",
  missing_dependency_failure: "a dependency's artefacts are missing",
  api_failure: "GitLab's API failed",
};

const jobTable = (failed: readonly Job[]): string =>
  table(
    ["Failed job", "Stage", "Why"],
    failed
      .slice(0, 10)
      .map((job) => [
        `${link(plain(job.name, 60), job.web_url)}${job.allow_failure ? " (allowed to fail)" : ""}`,
        plain(job.stage, 40),
        reasons[job.failure_reason ?? ""] ??
          plain((job.failure_reason ?? "not said").replaceAll("_", " "), 60),
      ]),
  );

function without({ pipeline, jobs }: PipelineFacts): string {
  const open = jobs.filter((job) => !(job.status in endings));
  const running =
    open.length === 0
      ? ""
      : ` Under way: ${open
          .slice(0, 5)
          .map((job) => `${plain(job.name, 60)} (${stateWords(job.status)})`)
          .join(", ")}.`;
  const outside =
    pipeline.status === "failed"
      ? " Something outside its jobs failed: its configuration or a child pipeline."
      : "";
  return `No job of it has failed.${running}${outside}`;
}

function cause(job: Job, log: JobLog): string {
  const name = plain(job.name, 60);
  if (log.quote.length === 0) return `The log of ${name} is empty.`;
  const first = log.window[0]?.n ?? 0;
  const last = log.window.at(-1)?.n ?? 0;
  const others =
    log.failures > 1 ? `${count(log.failures, "line")} of this log report a failure; this is the first.` : "";
  const hint = log.passing
    ? "This looks like a service or the network rather than the code: a retry may pass."
    : "";
  return [
    `**Cause, in the log of ${name}:**`,
    fenced(log.quote.map(numbered).join("\n")),
    ...[hint, others, log.limits].filter((part) => part !== ""),
    `Around it, lines ${first} to ${last} of ${log.lines}:`,
    fenced(log.window.map(numbered).join("\n")),
  ].join("\n\n");
}

const numbered = ({ n, text }: LogLine): string => `${n} | ${text}`;

const unreadable = (job: Job, error: Error): string =>
  `The log of ${plain(job.name, 60)} could not be read: ${plain(error.message, 400)}`;
