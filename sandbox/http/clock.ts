interface Alarm {
  readonly due: number;
  readonly run: () => void;
}

/** setTimeout's longest wait, ms: alarms beyond it ring only by `advance`. */
const LONGEST_WAIT_MS = 2_147_483_647;

/**
 * The time inside a sandbox system: real time that tests can move forward. Alarms ring by themselves as time passes,
 * or at once, in order, when `advance` passes them, so that a test never sleeps.
 */
export class Clock {
  #offsetMs = 0;
  #alarms: Alarm[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Now as ISO 8601 with milliseconds, in UTC. */
  iso(): string {
    return new Date(this.now()).toISOString();
  }

  /** Rings once, `ms` from now. An infinite wait never rings. */
  after(ms: number, run: () => void): void {
    if (!Number.isFinite(ms)) return;
    const due = this.now() + ms;
    this.#alarms.splice(this.#after(due), 0, { due, run });
    this.#arm();
  }

  /** Moves time forward by `ms` and rings everything due on the way, including what the ringing itself sets. */
  advance(ms: number): void {
    const end = this.now() + ms;
    for (let next = this.#alarms[0]; next && next.due <= end; next = this.#alarms[0]) {
      this.#alarms.shift();
      this.#offsetMs += Math.max(0, next.due - this.now());
      next.run();
    }
    this.#offsetMs += Math.max(0, end - this.now());
    this.#arm();
  }

  /** Forgets all alarms and returns to real time. */
  reset(): void {
    this.#alarms = [];
    this.#offsetMs = 0;
    this.#arm();
  }

  /** Where an alarm of this time belongs: behind those of the same. */
  #after(due: number): number {
    let [low, high] = [0, this.#alarms.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#alarms[middle]?.due ?? 0) <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.#alarms[0];
    if (!next) return;
    const wait = Math.max(0, next.due - this.now());
    if (wait > LONGEST_WAIT_MS) return;
    this.#timer = setTimeout(() => this.advance(0), wait);
    this.#timer.unref();
  }
}
