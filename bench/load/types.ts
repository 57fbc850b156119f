import type { signedEvents } from "./events.ts";

/** What the load generator is to do. */
export interface Load extends Readonly<Parameters<typeof signedEvents>[0]> {
  port: number;
  connections: number;
  /** Sent before anything is counted. */
  warmSeconds: number;
  seconds: number;
  /** Events a second; left out: as fast as they are acknowledged. */
  rate?: number;
}

/** What came of it. */
export interface LoadResult {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  requests: number;
  /** Answers other than 200, the warm-up's included. */
  refused: number;
}
