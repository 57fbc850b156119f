/** Answers kept for a short while: who is a member of what. Wrong for at most that long after a change. */
export interface Cache<T> {
  /** The kept answer, or a fresh one; calls at the same time share one look-up. A failure is not kept. */
  get(key: string, load: () => Promise<T>): Promise<T>;
}

/** Entries beyond which the oldest go. */
const entriesMax = 5000;

export function makeCache<T>(keepMs: number, now: () => number): Cache<T> {
  const kept = new Map<string, { until: number; value: Promise<T> }>();
  return {
    get(key, load) {
      const found = kept.get(key);
      if (found !== undefined && found.until > now()) return found.value;
      kept.delete(key);
      const value = load();
      const entry = { until: now() + keepMs, value };
      kept.set(key, entry);
      for (const oldest of kept.keys()) {
        if (kept.size <= entriesMax) break;
        kept.delete(oldest);
      }
      value.catch(() => {
        if (kept.get(key) === entry) kept.delete(key);
      });
      return value;
    },
  };
}
