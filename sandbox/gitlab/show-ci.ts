import { showUser } from "./show.ts";
import type { Job, Pipeline } from "./types.ts";
import { fullPath } from "./world.ts";

/** A pipeline in a list. */
export function showPipeline(pipeline: Pipeline, base: string) {
  return {
    id: pipeline.id,
    iid: pipeline.iid,
    project_id: pipeline.project.id,
    sha: pipeline.sha,
    ref: pipeline.ref,
    status: pipeline.status,
    source: pipeline.source,
    created_at: pipeline.created_at,
    updated_at: pipeline.updated_at,
    web_url: `${base}/${fullPath(pipeline.project)}/-/pipelines/${pipeline.id}`,
  };
}

/** A pipeline on its own. */
export function showPipelineFully(pipeline: Pipeline, base: string) {
  const path = `/${fullPath(pipeline.project)}/-/pipelines/${pipeline.id}`;
  return {
    ...showPipeline(pipeline, base),
    before_sha: "0000000000000000000000000000000000000000",
    tag: false,
    yaml_errors: null,
    user: showUser(pipeline.user, base),
    started_at: pipeline.started_at,
    finished_at: pipeline.finished_at,
    committed_at: null,
    duration: seconds(pipeline.started_at, pipeline.finished_at),
    queued_duration: seconds(pipeline.created_at, pipeline.started_at),
    coverage: null,
    detailed_status: {
      icon: `status_${pipeline.status}`,
      text: pipeline.status,
      label: pipeline.status,
      group: pipeline.status,
      tooltip: pipeline.status,
      has_details: true,
      details_path: path,
      illustration: null,
      favicon: null,
    },
    archived: false,
  };
}

/** A job. */
export function showJob(job: Job, base: string) {
  return {
    id: job.id,
    status: job.status,
    stage: job.stage,
    name: job.name,
    ref: job.pipeline.ref,
    tag: false,
    coverage: null,
    allow_failure: job.allow_failure,
    created_at: job.created_at,
    started_at: job.started_at,
    finished_at: job.finished_at,
    erased_at: null,
    duration: seconds(job.started_at, job.finished_at),
    queued_duration: seconds(job.created_at, job.started_at),
    user: showUser(job.user, base),
    commit: { id: job.pipeline.sha, short_id: job.pipeline.sha.slice(0, 8) },
    pipeline: showPipeline(job.pipeline, base),
    ...(job.failure_reason === null ? {} : { failure_reason: job.failure_reason }),
    web_url: `${base}/${fullPath(job.project)}/-/jobs/${job.id}`,
    project: { ci_job_token_scope_enabled: false },
    artifacts: [],
    runner: null,
    artifacts_expire_at: null,
    archived: false,
    tag_list: ["docker"],
  };
}

function seconds(from: string | null, to: string | null): number | null {
  return from && to ? Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000) : null;
}
