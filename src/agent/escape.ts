import { FencedError } from "../core/errors.ts";
import type { Run } from "./run.ts";

/**
 * Whether an error ends the run at once: the turn was stopped, timed out or taken over. Everything else stays with
 * the one work it happened to, because an error that leaves a node aborts all other works of that node.
 */
export const escapes = (error: unknown, run: Run): boolean =>
  run.start.signal.aborted || error instanceof FencedError;
