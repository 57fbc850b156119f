import { json, text } from "../../http/reply.ts";
import type { Route } from "../../http/types.ts";
import { accessLevel } from "../access.ts";
import { cancelPipeline, playJob, retryJob, retryPipeline, runPipeline, traceWindow } from "../ci-life.ts";
import { badParameter, forbidden, notFound } from "../errors.ts";
import { page } from "../paging.ts";
import { list, listOfPairs, textField } from "../query.ts";
import { showJob, showPipeline, showPipelineFully } from "../show-ci.ts";
import type { Pipeline } from "../types.ts";
import { projectOf, type Api, type Request } from "./guard.ts";

/** Pipelines, jobs, logs, retries. */
export function ciRoutes(api: Api): Route[] {
  const pipelineOf = (request: Request) =>
    request.world.pipeline(projectOf(request), request.call.param("pipeline"));
  const jobOf = (request: Request) => request.world.job(projectOf(request), request.call.param("job"));
  return [
    api("GET", "/projects/:id/pipelines", (request) =>
      page(request.call, pipelines(request), (one) => showPipeline(one, request.base)),
    ),
    api("GET", "/projects/:id/pipelines/latest", (request) => {
      const ref = request.call.query.get("ref") ?? "main";
      const latest = pipelines(request).find((one) => one.ref === ref);
      if (!latest) throw notFound();
      return json(200, showPipelineFully(latest, request.base));
    }),
    api("GET", "/projects/:id/pipelines/:pipeline", (request) =>
      json(200, showPipelineFully(pipelineOf(request), request.base)),
    ),
    api("GET", "/projects/:id/pipelines/:pipeline/jobs", (request) => {
      const pipeline = pipelineOf(request);
      const scope = list(request.call, "scope");
      const withRetried = request.call.query.get("include_retried") === "true";
      const found = request.world.jobs.filter(
        (job) =>
          job.pipeline === pipeline &&
          (withRetried || !job.retried) &&
          (scope.length === 0 || scope.includes(job.status)),
      );
      return page(
        request.call,
        found.toSorted((a, b) => b.id - a.id),
        (job) => showJob(job, request.base),
      );
    }),
    api("GET", "/projects/:id/pipelines/:pipeline/test_report_summary", (request) => {
      const failed = request.world
        .currentJobs(pipelineOf(request))
        .filter((job) => job.stage === "test" && job.status === "failed").length;
      return json(200, {
        total: {
          time: 212.4,
          count: 1264,
          success: 1264 - failed,
          failed,
          skipped: 0,
          error: 0,
          suite_error: null,
        },
        test_suites: [],
      });
    }),
    api("GET", "/projects/:id/pipelines/:pipeline/variables", (request) => {
      mustDevelop(request);
      const { variables = [] } = pipelineOf(request);
      return json(
        200,
        variables.map((one) => ({ ...one, variable_type: "env_var", raw: false })),
      );
    }),
    api("POST", "/projects/:id/pipeline", (request) => {
      mustDevelop(request);
      const ref = textField(request.call, "ref");
      if (ref === undefined) throw badParameter("ref", "is missing");
      const variables = listOfPairs(request.call, "variables");
      const { caller, world, base } = request;
      const wish = { ref, source: "api", variables };
      return json(201, showPipelineFully(runPipeline(projectOf(request), wish, caller.user, world), base));
    }),
    api("POST", "/projects/:id/pipelines/:pipeline/cancel", (request) => {
      mustDevelop(request);
      const pipeline = pipelineOf(request);
      cancelPipeline(pipeline, request.world);
      return json(201, showPipelineFully(pipeline, request.base));
    }),
    api("POST", "/projects/:id/jobs/:job/play", (request) => {
      mustDevelop(request);
      const job = jobOf(request);
      playJob(job, request.caller.user, request.world);
      return json(200, showJob(job, request.base));
    }),
    api("GET", "/projects/:id/jobs", (request) => {
      const project = projectOf(request);
      const scope = list(request.call, "scope");
      const fits = (status: string) => scope.length === 0 || scope.includes(status);
      const found = request.world.jobs.filter((job) => job.project === project && fits(job.status));
      return page(
        request.call,
        found.toSorted((a, b) => b.id - a.id),
        (job) => showJob(job, request.base),
      );
    }),
    api("GET", "/projects/:id/jobs/:job", (request) => json(200, showJob(jobOf(request), request.base))),
    api("GET", "/projects/:id/jobs/:job/trace", (request) => {
      const { query } = request.call;
      return text(200, traceWindow(jobOf(request), query.get("byte_offset"), query.get("byte_limit")));
    }),
    api("POST", "/projects/:id/jobs/:job/retry", (request) => {
      const job = jobOf(request);
      mustDevelop(request);
      return json(201, showJob(retryJob(job, request.caller.user, request.world), request.base));
    }),
    api("POST", "/projects/:id/pipelines/:pipeline/retry", (request) => {
      const pipeline = pipelineOf(request);
      mustDevelop(request);
      retryPipeline(pipeline, request.caller.user, request.world);
      return json(201, showPipelineFully(pipeline, request.base));
    }),
  ];
}

function pipelines(request: Request): Pipeline[] {
  const project = projectOf(request);
  const wanted = (name: "ref" | "status" | "sha" | "source") => request.call.query.get(name);
  return request.world.pipelines
    .filter((one) => one.project === project)
    .filter((one) =>
      (["ref", "status", "sha", "source"] as const).every(
        (name) => !wanted(name) || one[name] === wanted(name),
      ),
    )
    .toSorted((a, b) => b.id - a.id);
}

function mustDevelop(request: Request): void {
  if (accessLevel(projectOf(request), request.caller.user) < 30) throw forbidden();
}
