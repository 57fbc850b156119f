/** Slack's message ids: Unix seconds with six decimals, unique and growing. */
export class Timestamps {
  #last = 0n;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The next id; `ms` (Unix) for an older one than now, as long as it is later than the last. */
  next(ms: number = this.#nowMs()): string {
    const wanted = BigInt(Math.trunc(ms)) * 1000n;
    this.#last = wanted > this.#last ? wanted : this.#last + 1n;
    const digits = this.#last.toString().padStart(7, "0");
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  }
}

/** Whether a text has the form of a message id. */
export const isTimestamp = (text: string): boolean => /^\d{1,11}\.\d{6}$/.test(text);
