import { StewardError } from "../core/errors.ts";

/** The work did not end in time. */
export class DeadlineError extends StewardError {
  constructor(seconds: number) {
    super("deadline", `No answer within ${seconds} s.`);
  }
}

/**
 * Gives the work a signal that aborts after `seconds` or with `outer`, and stops waiting then even if the work
 * ignores it. Rejects with a `DeadlineError`, or with the outer signal's reason.
 */
export const withDeadline = async <T>(
  seconds: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DeadlineError(seconds)), seconds * 1000);
  const signal = outer === undefined ? late.signal : AbortSignal.any([outer, late.signal]);
  let release = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    const fail = (): void => reject(signal.reason as Error);
    if (signal.aborted) return fail();
    signal.addEventListener("abort", fail, { once: true });
    release = () => signal.removeEventListener("abort", fail);
  });
  try {
    return await Promise.race([work(signal), aborted]);
  } finally {
    clearTimeout(timer);
    release();
  }
};
