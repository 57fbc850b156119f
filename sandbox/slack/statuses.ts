import type { Clock } from "../http/clock.ts";
import type { Status } from "./types.ts";

/** Slack clears a status by itself after two minutes. */
const STATUS_MS = 120_000;

const keyOf = (channel: string, thread: string) => `${channel}:${thread}`;

/** The status lines of all threads. `cleared` is told of those that ran out. */
export class Statuses {
  readonly #byThread = new Map<string, Status>();
  readonly #clock: Clock;
  readonly #cleared: (status: Status) => void;
  #sweeping = false;

  constructor(clock: Clock, cleared: (status: Status) => void) {
    this.#clock = clock;
    this.#cleared = cleared;
  }

  get(channel: string, thread: string): Status | undefined {
    return this.#byThread.get(keyOf(channel, thread));
  }

  list(channel: string): Status[] {
    return [...this.#byThread.values()].filter((status) => status.channel === channel);
  }

  set(status: Omit<Status, "expires">): void {
    const key = keyOf(status.channel, status.thread_ts);
    // Deleted first, so that the map stays in the order of expiry.
    this.#byThread.delete(key);
    this.#byThread.set(key, { ...status, expires: this.#clock.now() + STATUS_MS });
    this.#arm();
  }

  /** True where there was one. */
  clear(channel: string, thread: string): boolean {
    return this.#byThread.delete(keyOf(channel, thread));
  }

  /** One alarm for all: the next to run out. */
  #arm(): void {
    const next = this.#byThread.values().next().value;
    if (this.#sweeping || !next) return;
    this.#sweeping = true;
    this.#clock.after(next.expires - this.#clock.now(), () => {
      this.#sweeping = false;
      for (const status of this.#byThread.values()) {
        if (status.expires > this.#clock.now()) break;
        this.clear(status.channel, status.thread_ts);
        this.#cleared(status);
      }
      this.#arm();
    });
  }
}
