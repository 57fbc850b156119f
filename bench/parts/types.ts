import type { Servers } from "../support/servers.ts";
import type { Key } from "../targets.ts";

/** What a part measured. */
export interface Measured {
  /** The published numbers of this part. */
  keys: Partial<Record<Key, number>>;
  /** Everything else worth keeping: what the numbers are made of. */
  details: Record<string, unknown>;
}

/** What a part may use. */
interface Bench {
  servers: Servers;
  /** A line for people, while it runs. */
  say(line: string): void;
}

/** One subject of the bench; can run alone. */
export type Part = (bench: Bench) => Promise<Measured>;
