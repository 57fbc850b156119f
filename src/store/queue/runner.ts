import { EventEmitter } from "node:events";
import { Logger, run, type Runner, type WorkerEvents } from "graphile-worker";
import { z } from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { JobTask } from "../jobs.ts";

/** Runs one job. The signal aborts when the process may wait no longer for it. Throws to be tried again later. */
export type Handler = (payload: JsonObject, signal: AbortSignal) => Promise<void>;

export interface QueueLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface RunnerOptions {
  url: string;
  handlers: Partial<Record<JobTask, Handler>>;
  slots: number;
  /** Jobs fetched ahead. Without it a thousand queues starve the turns; with it an act would wait for a poll. */
  ahead: number;
  /**
   * How often jobs are looked for without being told of one: by the runner that fetches ahead, else by each slot.
   * Milliseconds.
   */
  pollMs: number;
  /** After a stop was asked for, running jobs get this long, then their signal aborts. */
  graceMs: number;
  log: QueueLog;
  /** Called with the pool's id before it takes work: locks are held under it. */
  onPool(id: string): void;
}

const payloadSchema = z.record(z.string(), z.json());

/** Warned of at each start, and meant: many jobs fetched ahead would be hoarded, and few connections serve many slots. */
const meant = ["Your job batch size", "WARNING: having maxPoolSize"];

const quietLogger = (log: QueueLog): Logger =>
  new Logger(() => (level, message) => {
    const text = typeof message === "string" ? message : String(message);
    if (level === "error") log.error({}, text);
    if (level === "warning" && !meant.some((start) => text.startsWith(start))) log.warn({}, text);
  });

/**
 * One graphile runner with measured settings: with jobs fetched ahead, the next job of a conversation is seen only at
 * the next poll, so that has to come soon; completions are batched for 5 ms.
 */
export const openRunner = (options: RunnerOptions): Promise<Runner> => {
  const events: WorkerEvents = new EventEmitter();
  events.on("pool:create", ({ workerPool }) => options.onPool(workerPool.id));
  const tasks = Object.entries(options.handlers).map(([name, handle]) => [
    name,
    async (payload: unknown, { abortSignal }: { abortSignal: AbortSignal }) => {
      await handle(payloadSchema.parse(payload), abortSignal);
    },
  ]);
  return run({
    connectionString: options.url,
    maxPoolSize: 5,
    noHandleSignals: true,
    events,
    logger: quietLogger(options.log),
    taskList: Object.fromEntries(tasks),
    crontab: "",
    preset: {
      worker: {
        concurrentJobs: options.slots,
        pollInterval: options.pollMs,
        completeJobBatchDelay: 5,
        gracefulShutdownAbortTimeout: options.graceMs,
        ...(options.ahead > 0 && { localQueue: { size: options.ahead, ttl: 5_000 } }),
      },
    },
  });
};
