const minuteMs = 60_000;

/** Calls that Slack counts by the minute and nobody waits for: what is over the budget is left out, not queued. */
export class MinuteBudget {
  readonly #max: number;
  readonly #taken = new Map<string, number[]>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Takes one call of a workspace's minute; false: it is spent. */
  take(workspace: string): boolean {
    const now = performance.now();
    const taken = (this.#taken.get(workspace) ?? []).filter((at) => at > now - minuteMs);
    this.#taken.set(workspace, taken);
    if (taken.length >= this.#max) return false;
    taken.push(now);
    return true;
  }
}
