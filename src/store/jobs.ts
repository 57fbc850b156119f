import type { JsonObject } from "../core/json.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";

/**
 * The lanes. `converse` carries turns and resumes of one conversation in order; `act` runs one approved action;
 * `follow` looks after what runs on; `send` empties the outbox of one Slack channel.
 */
export type JobTask = "converse" | "act" | "follow" | "send";

/** A job is a hint, state is the truth: the handler looks up what is to be done. */
export interface Job {
  task: JobTask;
  payload: JsonObject;
  /** Jobs of one queue run one at a time. */
  queue: string;
  /** Replaces a waiting job of the same key. */
  key?: string;
  runAt?: Date;
  maxAttempts?: number;
  priority?: number;
}

/** Which jobs are begun first; lower is earlier. */
export const jobPriority = { urgent: -2, goesOn: -1, request: 0 } as const;

/** Tries of a job; what is still undone then is found by a sweep. */
export const jobAttemptsMax = 5;

/** Names of the queues, in one place. */
export const queues = {
  conversation: (key: string) => `conversation:${key}`,
  acts: (turn: string) => `act:${turn}`,
  channel: (channel: string) => `out:${channel}`,
} as const;

/** Adds a job in the transaction that made it necessary. */
export const addJob = async (tx: Tx, job: Job): Promise<void> => {
  await tx.query(
    `select graphile_worker.add_job($1, $2::json, queue_name => $3, run_at => $4, max_attempts => $5, job_key => $6,
       priority => $7)`,
    [
      job.task,
      JSON.stringify(job.payload),
      job.queue,
      job.runAt ?? null,
      job.maxAttempts ?? jobAttemptsMax,
      job.key ?? null,
      job.priority ?? null,
    ],
  );
};

/** Work for a conversation's lane: the handler finds out what. */
export const addConverse = (tx: Tx, conversation: ConversationRef, runAt?: Date): Promise<void> =>
  addJob(tx, {
    task: "converse",
    payload: { conversation: { ...conversation } },
    queue: queues.conversation(conversation.key),
    priority: jobPriority.goesOn,
    ...(runAt !== undefined && { runAt }),
  });
