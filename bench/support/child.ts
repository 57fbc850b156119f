import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** A script of this folder as a process of its own, so that it shares no event loop with what is measured. */
export interface Child {
  process: ChildProcess;
  /** What it tells next; rejects when it ends instead. */
  next<T>(): Promise<T>;
  stop(): Promise<void>;
}

/** Starts a script, given by its address. */
export const startChild = (script: URL, args: readonly string[] = []): Child => {
  const child = fork(script, [...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  return {
    process: child,
    next: async <T>() => {
      const stop = new AbortController();
      try {
        const told = await Promise.race([
          once(child, "message", { signal: stop.signal }),
          ended.then(([code, signal]) => {
            throw new Error(`${script.pathname} ended (${String(signal ?? code)}) before it answered`);
          }),
        ]);
        return told[0] as T;
      } finally {
        stop.abort();
      }
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
    },
  };
};
