/** Entries kept; the oldest go first. */
const entriesMax = 5_000;

/**
 * A look-up by two keys that remembers its answer for a while. Concurrent calls share one request; failures are not
 * remembered.
 */
export const cached = <T>(
  seconds: number,
  look: (first: string, second: string) => Promise<T>,
): ((first: string, second: string) => Promise<T>) => {
  const held = new Map<string, { until: number; value: Promise<T> }>();
  return (first, second) => {
    const key = `${first}\0${second}`;
    const entry = held.get(key);
    if (entry !== undefined && entry.until > performance.now()) return entry.value;
    const value = look(first, second);
    held.delete(key);
    held.set(key, { until: performance.now() + seconds * 1000, value });
    value.catch(() => {
      if (held.get(key)?.value === value) held.delete(key);
    });
    if (held.size > entriesMax) held.delete(held.keys().next().value ?? key);
    return value;
  };
};
