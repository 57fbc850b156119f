import { FencedError } from "../core/errors.ts";
import type { Run, TurnStore } from "./ports.ts";

/** The runs of this process, so that a turn stopped elsewhere also stops here, and a lost one is found. */
export interface Running {
  /** Before R1 commits. */
  add(run: Run): AbortController;
  /** R1 has committed: from now on the row must carry the token. */
  began(run: Run): void;
  remove(run: Run): void;
  has(turn: string): boolean;
  /** Turns that this process runs. */
  ids(): string[];
  /** Aborts the run of a turn, if it is here. */
  abort(turn: string): void;
  /** Aborts every run whose row no longer carries its token: stopped, or taken over. */
  beat(): Promise<void>;
}

/** Keeps the runs of this process. */
export const keepRunning = (store: Pick<TurnStore, "lost">): Running => {
  const runs = new Map<string, { run: Run; began: boolean; controller: AbortController }>();
  const abort = (turn: string): void => {
    runs.get(turn)?.controller.abort(new FencedError(`turn ${turn.slice(0, 8)}`));
  };
  return {
    add: (run) => {
      const controller = new AbortController();
      runs.set(run.turn, { run, began: false, controller });
      return controller;
    },
    began: (run) => {
      const held = runs.get(run.turn);
      if (held !== undefined) held.began = true;
    },
    remove: (run) => {
      if (runs.get(run.turn)?.run.token === run.token) runs.delete(run.turn);
    },
    has: (turn) => runs.has(turn),
    ids: () => [...runs.keys()],
    abort,
    beat: async () => {
      const mine = [...runs.values()].filter((held) => held.began);
      if (mine.length === 0) return;
      const lost = await store.lost(mine.map((held) => held.run));
      // A run that ended while we asked is gone from the map, and a new one of that turn has another token.
      for (const held of mine) {
        if (lost.includes(held.run.turn) && runs.get(held.run.turn) === held) abort(held.run.turn);
      }
    },
  };
};
