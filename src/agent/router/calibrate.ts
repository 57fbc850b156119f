/** One example as judged by a classifier that had not seen it. */
export interface Judged {
  /** Of the best tool; 0 where `none` was more probable. */
  probability: number;
  /** The best tool was the right one. */
  right: boolean;
  /** A tool's example, not one of `none`. */
  inScope: boolean;
  /** Variants of one sentence share a weight of 1. */
  weight: number;
}

/** What the examples must show at the threshold: stricter than what is promised, because real lines are harder. */
const leastPrecision = 0.97;
const mostOutOfScope = 0.04;

const sum = (list: readonly Judged[]): number => list.reduce((total, { weight }) => total + weight, 0);

/**
 * The lowest probability at which, on unseen examples, at least 97 % of accepted in-scope sentences are right and at most 4 % of
 * the out-of-scope ones are accepted. Lower would answer wrongly, higher would abstain for nothing.
 */
export function chooseThreshold(judged: readonly Judged[]): number {
  const inScope = judged.filter((one) => one.inScope);
  const outOfScope = judged.filter((one) => !one.inScope);
  for (let percent = 30; percent < 95; percent++) {
    const threshold = percent / 100;
    const accepted = inScope.filter(({ probability }) => probability >= threshold);
    const precision = sum(accepted.filter(({ right }) => right)) / Math.max(sum(accepted), 1e-9);
    const acceptedOutside =
      sum(outOfScope.filter(({ probability }) => probability >= threshold)) / Math.max(sum(outOfScope), 1e-9);
    if (precision >= leastPrecision && acceptedOutside <= mostOutOfScope) return threshold;
  }
  return 0.95;
}
