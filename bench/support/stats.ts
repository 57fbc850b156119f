/** The value below which `share` (0 to 1) of the samples lie; NaN without samples. */
export const percentile = (samples: readonly number[], share: number): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1));
  return sorted[index] ?? Number.NaN;
};

/** The middle of the samples. */
export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** Rounded to so many places, for people and files. */
export const rounded = (value: number, places = 0): number => Number(value.toFixed(places));
