import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "../../core/errors.ts";
import type { QueueLog } from "./runner.ts";

/** Work that every process does again and again, one at a time: a sweep finds what a job forgot. */
export interface Chore {
  name: string;
  seconds: number;
  run(): Promise<unknown>;
}

/** Runs a chore, waits, runs it again; a failure is logged, and the next time is as good. `stop` waits for the last run. */
export const repeat = ({ name, seconds, run }: Chore, log: QueueLog): { stop(): Promise<void> } => {
  const end = new AbortController();
  const pause = (): Promise<unknown> =>
    wait(seconds * 1000, undefined, { signal: end.signal, ref: false }).catch(() => {});
  const loop = async (): Promise<void> => {
    for (await pause(); !end.signal.aborted; await pause()) {
      try {
        await run();
      } catch (error) {
        log.warn({ chore: name, reason: messageOf(error) }, "upkeep failed");
      }
    }
  };
  const running = loop();
  return {
    stop: async () => {
      end.abort();
      await running;
    },
  };
};
