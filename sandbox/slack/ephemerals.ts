import type { Timestamps } from "./timestamps.ts";
import type { Change, Ephemeral } from "./types.ts";

/** Messages that one person sees and no history holds. */
export class Ephemerals {
  readonly #byTs = new Map<string, Ephemeral>();
  readonly #stamps: Timestamps;
  readonly #changed: (change: Change) => void;

  constructor(stamps: Timestamps, changed: (change: Change) => void) {
    this.#stamps = stamps;
    this.#changed = changed;
  }

  post(draft: Omit<Ephemeral, "ts">): Ephemeral {
    const ephemeral: Ephemeral = { ...draft, ts: this.#stamps.next() };
    this.#byTs.set(ephemeral.ts, ephemeral);
    this.#tell("ephemeral.posted", ephemeral);
    return ephemeral;
  }

  get(ts: string): Ephemeral | undefined {
    return this.#byTs.get(ts);
  }

  /** What one person (or, left out, anyone) was shown in a channel, oldest first. */
  list(channel: string, user?: string): Ephemeral[] {
    return [...this.#byTs.values()].filter(
      (ephemeral) => ephemeral.channel === channel && (user === undefined || ephemeral.user === user),
    );
  }

  /** Replaces words and blocks; false where it is gone. */
  replace(ts: string, content: Pick<Ephemeral, "text" | "blocks">): boolean {
    const found = this.#byTs.get(ts);
    if (!found) return false;
    const { blocks: _, ...rest } = found;
    const ephemeral: Ephemeral = { ...rest, ...content };
    this.#byTs.set(ts, ephemeral);
    this.#tell("ephemeral.changed", ephemeral);
    return true;
  }

  remove(ts: string): boolean {
    const found = this.#byTs.get(ts);
    if (!found) return false;
    this.#byTs.delete(ts);
    this.#tell("ephemeral.deleted", found);
    return true;
  }

  #tell(type: "ephemeral.posted" | "ephemeral.changed" | "ephemeral.deleted", ephemeral: Ephemeral): void {
    this.#changed({ type, channel: ephemeral.channel, user: ephemeral.user, ephemeral });
  }
}
