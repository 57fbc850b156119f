/** What changed in a row of a system, in words, and when this page saw it. */
export interface Moved {
  readonly what: string;
  /** Unix ms. */
  readonly at: number;
}

/** The words that stand for a row's state, in the order in which a change of them is told. */
export type Facts = readonly (string | null)[];

/**
 * Compares rows with those before: for each that changed what it was and is now; older changes are kept. A row that was
 * not there before is told as new.
 */
export function movedRows(
  before: ReadonlyMap<string, Facts> | undefined,
  now: ReadonlyMap<string, Facts>,
  known: ReadonlyMap<string, Moved>,
  at: number,
): ReadonlyMap<string, Moved> {
  if (!before) return known;
  const moved = new Map(known);
  for (const [key, facts] of now) {
    const old = before.get(key);
    if (!old) {
      moved.set(key, { what: "new", at });
      continue;
    }
    const index = facts.findIndex((fact, position) => fact !== old[position]);
    if (index >= 0) moved.set(key, { what: `${old[index] ?? "none"} → ${facts[index] ?? "none"}`, at });
  }
  return moved;
}
