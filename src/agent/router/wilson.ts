/** A share and the Wilson interval it lies in with 95 % certainty; 0 to 1 when nothing was counted. */
export interface Share {
  hits: number;
  of: number;
  rate: number;
  low: number;
  high: number;
}

/** Wilson's score interval at 95 %, which holds for few samples and for shares near 0 and 1. */
export function wilson(hits: number, of: number): Share {
  if (of === 0) return { hits, of, rate: 0, low: 0, high: 1 };
  const z = 1.959964;
  const rate = hits / of;
  const centre = rate + (z * z) / (2 * of);
  const margin = z * Math.sqrt((rate * (1 - rate)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return {
    hits,
    of,
    rate,
    low: Math.max(0, (centre - margin) / scale),
    high: Math.min(1, (centre + margin) / scale),
  };
}
