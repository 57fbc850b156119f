/**
 * Remembers answers of a directory for a short while. A failure is not remembered: it denies what asked, and the
 * next call asks again. `nowMs` is a monotonic clock.
 */
export const createMemo = <T>(ttlMs: number, nowMs: () => number) => {
  const kept = new Map<string, { value: Promise<T>; until: number }>();
  return (key: string, load: () => Promise<T>): Promise<T> => {
    const found = kept.get(key);
    if (found !== undefined && nowMs() < found.until) return found.value;
    const value = load();
    const entry = { value, until: nowMs() + ttlMs };
    kept.set(key, entry);
    value.catch(() => {
      if (kept.get(key) === entry) kept.delete(key);
    });
    return value;
  };
};
