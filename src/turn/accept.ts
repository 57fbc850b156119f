import { RetryableError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { NewInbox, WriteInbox } from "./ports.ts";
import type { Inbound, Intake } from "./types.ts";
import type { Urgency } from "./urgency.ts";

/** Rows of one statement. */
const batchMax = 500;
/** Rows that may wait for a statement; above that the caller is told at once. */
const waitingMax = 5_000;
/** Slack waits three seconds for its acknowledgement. */
const deadlineMs = 2_000;

interface Waiting {
  row: NewInbox;
  done(fresh: boolean): void;
  failed(error: unknown): void;
}

const payloadOf = (inbound: Inbound): JsonObject => {
  if (inbound.kind === "call") {
    const { tool, args, text, origin } = inbound;
    return { tool, args, text, ...(origin !== undefined && { origin }) };
  }
  const { text, origin, agent, threadFrom, shared, files, editedAt } = inbound;
  return {
    text,
    origin,
    ...(agent !== undefined && { agent }),
    ...(threadFrom !== undefined && { threadFrom }),
    ...(shared === true && { shared }),
    ...(editedAt !== undefined && { editedAt }),
    ...(files !== undefined && files.length > 0 && { files: files.map((file) => ({ ...file })) }),
  };
};

const rowOf = (inbound: Inbound, urgent: boolean): NewInbox => ({
  id: inbound.id,
  conversation: inbound.conversation,
  kind: inbound.kind,
  person: inbound.person,
  payload: payloadOf(inbound),
  urgent,
});

const busy = (): RetryableError =>
  new RetryableError("intake_busy", "Too much came in at once; nothing was recorded. Try again.", 1_000);

const late = (): RetryableError =>
  new RetryableError(
    "intake_late",
    "Postgres did not answer in time; nothing is known to be recorded.",
    1_000,
  );

/**
 * The door of turn/: what came in becomes durable before it is acknowledged. Statements are shared: while one is under
 * way, what arrives gathers for the next. Unshared inserts stay at a few hundred a second, whatever the concurrency.
 * Rejects within two seconds when Postgres is away; the same message may be sent again and is taken once.
 */
export const createIntake = (write: WriteInbox, urgency: Urgency = () => false): Intake => {
  let waiting: Waiting[] = [];
  let writing = false;

  const writeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const fresh = await write(batch.map((one) => one.row));
      for (const one of batch) {
        // The same message twice in one batch is new once.
        one.done(fresh.delete(one.row.id));
      }
    } catch (error) {
      // One row that Postgres refuses must not refuse the others; when Postgres is away, all are refused at once.
      const alone = batch.length === 1 || error instanceof RetryableError;
      if (alone) for (const one of batch) one.failed(error);
      else await Promise.all(batch.map((one) => writeBatch([one])));
    }
  };

  const drain = async (): Promise<void> => {
    if (writing) return;
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax);
      waiting = waiting.slice(batchMax);
      await writeBatch(batch);
    }
    writing = false;
  };

  const take = (inbound: Inbound, urgent: boolean): Promise<{ fresh: boolean }> => {
    if (waiting.length >= waitingMax) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting = waiting.filter((one) => one !== entry);
        reject(late());
      }, deadlineMs);
      const entry: Waiting = {
        row: rowOf(inbound, urgent),
        done: (fresh) => {
          clearTimeout(timer);
          resolve({ fresh });
        },
        failed: (error) => {
          clearTimeout(timer);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      waiting.push(entry);
      void drain();
    });
  };

  return {
    accept: (inbound) => {
      const urgent = urgency(inbound.conversation);
      // Without a wait where none is needed: messages keep the order in which they came.
      return typeof urgent === "boolean" ? take(inbound, urgent) : urgent.then((is) => take(inbound, is));
    },
  };
};
