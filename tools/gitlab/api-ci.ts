import { z } from "zod";
import type { Client } from "./api.ts";
import { call, pageRows } from "./call.ts";
import type { Flight } from "./requester.ts";
import { jobShape, pipelineShape } from "./shapes.ts";

/** Pipelines, jobs, logs and retries. */
export const ciCalls = (gitlab: Client) => ({
  pipeline: (projectId: number, id: number, signal: AbortSignal) =>
    call(`Reading pipeline ${id}`, { signal }, pipelineShape, () => gitlab.Pipelines.show(projectId, id)),

  /** The newest pipeline of a branch, in a list of at most one. */
  newestPipeline: (projectId: number, ref: string, signal: AbortSignal) =>
    call(`Reading the newest pipeline of ${ref}`, { signal }, z.array(pipelineShape), () =>
      gitlab.Pipelines.all(projectId, { ref, page: 1, perPage: 1 }),
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
});
