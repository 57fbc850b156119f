import { z } from "zod";
import type { Client } from "./api.ts";
import { call, pageRows } from "./call.ts";
import type { Flight } from "./requester.ts";
import { jobShape, pipelineShape } from "./shapes.ts";
import { testReportShape, variableShape } from "./shapes-delivery.ts";

/** Which pipelines. */
export interface PipelineQuery {
  ref?: string;
  sha?: string;
  status?: "running" | "pending" | "success" | "failed" | "canceled" | "manual";
  max: number;
}

/** What a pipeline is started with. */
export interface PipelineOrder {
  ref: string;
  variables: readonly { key: string; value: string }[];
  /** Values of its declared inputs, by the names that its configuration gives them. */
  inputs: Readonly<Record<string, string | number | boolean>>;
}

/** Pipelines, jobs, logs; what starts, repeats and ends them. */
export const ciCalls = (gitlab: Client) => ({
  pipeline: (projectId: number, id: number, signal: AbortSignal) =>
    call(`Reading pipeline ${id}`, { signal }, pipelineShape, () => gitlab.Pipelines.show(projectId, id)),

  /** Newest first. */
  pipelines: (projectId: number, query: PipelineQuery, signal: AbortSignal) =>
    call("Listing pipelines", { signal }, z.array(pipelineShape), () =>
      gitlab.Pipelines.all(projectId, {
        ...(query.ref !== undefined && { ref: query.ref }),
        ...(query.sha !== undefined && { sha: query.sha }),
        ...(query.status !== undefined && { status: query.status }),
        orderBy: "id",
        sort: "desc",
        page: 1,
        perPage: query.max,
      }),
    ),

  pipelineVariables: (projectId: number, id: number, signal: AbortSignal) =>
    call(`Reading what pipeline ${id} was started with`, { signal }, z.array(variableShape), () =>
      gitlab.Pipelines.allVariables(projectId, id),
    ),

  testReport: (projectId: number, id: number, signal: AbortSignal) =>
    call(`Reading the tests of pipeline ${id}`, { signal }, testReportShape, () =>
      gitlab.Pipelines.showTestReportSummary(projectId, id),
    ),

  /** The project's newest jobs that ended, whatever their pipeline. */
  endedJobs: (projectId: number, signal: AbortSignal) =>
    call("Reading recent jobs", { signal }, z.array(jobShape), () =>
      gitlab.Jobs.all(projectId, {
        scope: ["success", "failed"] as unknown as "success",
        page: 1,
        perPage: pageRows,
      }),
    ),

  /** Newest first; with `retried`, also those that a retry replaced. */
  jobs: (projectId: number, pipelineId: number, retried: boolean, signal: AbortSignal) =>
    call(`Reading the jobs of pipeline ${pipelineId}`, { signal }, z.array(jobShape), () =>
      gitlab.Jobs.all(projectId, {
        pipelineId,
        ...(retried && { includeRetried: true }),
        page: 1,
        perPage: pageRows,
      }),
    ),

  job: (projectId: number, id: number, signal: AbortSignal) =>
    call(`Reading job ${id}`, { signal }, jobShape, () => gitlab.Jobs.show(projectId, id)),

  /** A job's log from `offset`, at most `bytesMax`; `cut` where there was more. */
  log: async (projectId: number, id: number, bytesMax: number, offset: number, signal: AbortSignal) => {
    const flight: Flight = { signal, textBytesMax: bytesMax };
    const text = await call(`Reading the log of job ${id}`, flight, z.string(), () =>
      gitlab.Jobs.showLog(projectId, id, (offset > 0 ? { byteOffset: offset } : {}) as Record<string, never>),
    );
    return { text, cut: flight.cut === true };
  },

  retryJob: (projectId: number, id: number, signal: AbortSignal) =>
    call(`Retrying job ${id}`, { signal, effect: "write" }, jobShape, () => gitlab.Jobs.retry(projectId, id)),

  playJob: (
    projectId: number,
    id: number,
    variables: readonly { key: string; value: string }[],
    signal: AbortSignal,
  ) =>
    call(`Starting job ${id}`, { signal, effect: "write" }, jobShape, () =>
      gitlab.Jobs.play(
        projectId,
        id,
        ...(variables.length > 0 ? [{ jobVariablesAttributes: variables.map((one) => ({ ...one })) }] : []),
      ),
    ),

  retryPipeline: (projectId: number, id: number, signal: AbortSignal) =>
    call(`Retrying pipeline ${id}`, { signal, effect: "write" }, pipelineShape, () =>
      gitlab.Pipelines.retry(projectId, id),
    ),

  cancelPipeline: (projectId: number, id: number, signal: AbortSignal) =>
    call(`Cancelling pipeline ${id}`, { signal, effect: "write" }, pipelineShape, () =>
      gitlab.Pipelines.cancel(projectId, id),
    ),

  runPipeline: (projectId: number, order: PipelineOrder, signal: AbortSignal) => {
    const { ref, variables, inputs } = order;
    const named = Object.keys(inputs).length > 0;
    const flight: Flight = { signal, effect: "write", ...(named && { exact: { inputs } }) };
    return call(`Starting a pipeline on ${ref}`, flight, pipelineShape, () =>
      gitlab.Pipelines.create(projectId, ref, {
        ...(variables.length > 0 && {
          variables: variables.map((one) => ({ ...one, variable_type: "env_var" as const })),
        }),
      }),
    );
  },
});
