import type { Crash } from "../core/crash.ts";
import type { Config } from "../config.ts";

/** Ends the process as a power cut would, at the n-th passing of a point; only tests ask for it. */
export const crashAt = (wanted: Config["crashAt"]): Crash => {
  if (wanted === undefined) return () => undefined;
  let left = wanted.nth;
  return (point) => {
    if (point !== wanted.point) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  };
};
