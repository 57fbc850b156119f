import {
  BaseCheckpointSaver,
  MemorySaver,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  type PendingWrite,
} from "@langchain/langgraph-checkpoint";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { Transact, Tx } from "../core/tx.ts";

/** Database schema of the official saver's tables. */
const schema = "langgraph";

type Pool = ConstructorParameters<typeof PostgresSaver>[0];

/** Creates the official saver's tables. Run it under the migrations' lock: four at once on a fresh schema fail. */
export const setupSaver = async (connectionString: string): Promise<void> => {
  const saver = PostgresSaver.fromConnString(connectionString, { schema });
  try {
    await saver.setup();
  } finally {
    await saver.end();
  }
};

/** A stored checkpoint cannot be read: its blobs are missing or damaged. The database itself is well. */
export class DamagedCheckpoint extends Error {}

const savepoints: Record<string, string> = {
  BEGIN: "savepoint held_saver",
  COMMIT: "release savepoint held_saver",
  ROLLBACK: "rollback to savepoint held_saver",
};

/** The official saver inside a transaction that is already open: its own transactions become savepoints. */
const officialSaver = (tx: Tx): PostgresSaver => {
  const query = (text: string, values?: readonly unknown[]) => tx.query(savepoints[text] ?? text, values);
  const pool = { query, connect: () => Promise.resolve({ query, release() {} }) };
  return new PostgresSaver(pool as unknown as Pool, undefined, { schema });
};

const threadOf = (turn: string) => ({ configurable: { thread_id: turn, checkpoint_ns: "" } });

const copy = async (turn: string, tuple: CheckpointTuple, to: BaseCheckpointSaver): Promise<void> => {
  const { checkpoint, pendingWrites = [] } = tuple;
  const metadata = tuple.metadata ?? ({} as CheckpointMetadata);
  const at = await to.put(threadOf(turn), checkpoint, metadata, checkpoint.channel_versions);
  const byTask = new Map<string, PendingWrite[]>();
  for (const [task, channel, value] of pendingWrites) {
    byTask.set(task, [...(byTask.get(task) ?? []), [channel, value]]);
  }
  for (const [task, writes] of byTask) await to.putWrites(at, writes, task);
};

/**
 * Holds each running turn's checkpoints in memory and copies the last one into the official Postgres saver only
 * when the turn waits, in the caller's transaction. A turn that never waits leaves no row, and what a card
 * promises commits together with the checkpoint it resumes from. One graph thread is one turn.
 */
export class HeldSaver extends BaseCheckpointSaver {
  readonly #held = new Map<string, MemorySaver>();

  /** A turn starts from nothing. */
  begin(turn: string): void {
    this.#held.set(turn, new MemorySaver());
  }

  /** Loads a kept turn; false when nothing is kept. Throws `DamagedCheckpoint` when what is kept cannot be read. */
  async open(turn: string, transact: Transact): Promise<boolean> {
    try {
      return await transact(async (tx) => {
        const tuple = await officialSaver(tx).getTuple(threadOf(turn));
        if (tuple === undefined) return false;
        const held = new MemorySaver();
        await copy(turn, tuple, held);
        this.#held.set(turn, held);
        return true;
      });
    } catch (error) {
      // What deserializing throws; a database that fails throws its own errors, and is tried again.
      const damaged = error instanceof TypeError || error instanceof SyntaxError;
      throw damaged ? new DamagedCheckpoint("The kept checkpoint cannot be read.", { cause: error }) : error;
    }
  }

  /** Keeps the turn's last checkpoint in the caller's transaction, in place of what was kept before. */
  async keep(turn: string, tx: Tx): Promise<void> {
    const tuple = await this.#of(turn).getTuple(threadOf(turn));
    if (tuple === undefined) throw new Error(`Turn ${turn} has no checkpoint to keep.`);
    const official = officialSaver(tx);
    await official.deleteThread(turn);
    await copy(turn, tuple, official);
  }

  /** Deletes what is kept of a turn, in the transaction that ends it. */
  async end(turn: string, tx: Tx): Promise<void> {
    await officialSaver(tx).deleteThread(turn);
  }

  /** Forgets what is held in memory. */
  drop(turn: string): void {
    this.#held.delete(turn);
  }

  /** How many turns are held now. */
  get size(): number {
    return this.#held.size;
  }

  override getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    return this.#at(config).getTuple(config);
  }

  override async *list(
    config: RunnableConfig,
    options?: CheckpointListOptions,
  ): AsyncGenerator<CheckpointTuple> {
    yield* this.#at(config).list(config, options);
  }

  override put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
  ): Promise<RunnableConfig> {
    return this.#at(config).put(config, checkpoint, metadata);
  }

  override putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    return this.#at(config).putWrites(config, writes, taskId);
  }

  override deleteThread(turn: string): Promise<void> {
    return this.#of(turn).deleteThread(turn);
  }

  #at(config: RunnableConfig): MemorySaver {
    return this.#of(String(config.configurable?.["thread_id"]));
  }

  #of(turn: string): MemorySaver {
    const held = this.#held.get(turn);
    if (held === undefined) throw new Error(`Turn ${turn} is not open here: begin or open it first.`);
    return held;
  }
}
