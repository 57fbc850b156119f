/** Moments at which a test may end the process, to see that nothing is lost or done twice. */
export const crashPoints = [
  "proposed",
  "graph-done",
  "waiting",
  "decided",
  "intent",
  "send",
  "outcome",
  "post",
  "checkpoint",
  "resuming",
  "stream-intended",
  "stream-opened",
  "stream-stopped",
  "page-updated",
  "page-deleted",
  "opened",
  "file-uploaded",
  "file-shared",
] as const;

export type CrashPoint = (typeof crashPoints)[number];

/** Called when a point is passed; does nothing unless `STEWARD_CRASH_AT` names it. */
export type Crash = (point: CrashPoint) => void;
