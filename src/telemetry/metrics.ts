import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";

/** What the process counts, and the text that `/metrics` answers. */
export interface Metrics {
  /** What came from Slack, by what it was: `ask`, `ignored`, `unknown`. */
  inbound(kind: string): void;
  /** Prometheus text; the queue figures are asked for when scraped. */
  text(): Promise<string>;
}

/** Figures of the queue at this moment. */
export interface QueueFigures {
  /** Jobs that could run now and do not. */
  waiting: number;
  /** Seconds the oldest of them has been waiting. */
  oldestSeconds: number;
  /** Jobs whose queue row is gone; must be 0. */
  orphans: number;
  /** Outbox rows that Slack has not got yet. */
  outbox: number;
}

/** A registry of its own, so that two products in one process never share counters. */
export const openMetrics = (queue: () => Promise<QueueFigures>): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "steward_" });
  const registers = [registry];
  const inbound = new Counter({
    name: "steward_inbound_total",
    help: "What came from Slack, by what it was",
    labelNames: ["kind"],
    registers,
  });
  const gauges = {
    waiting: new Gauge({ name: "steward_jobs_waiting", help: "Jobs that could run now", registers }),
    oldestSeconds: new Gauge({
      name: "steward_jobs_oldest_seconds",
      help: "Age of the oldest such job",
      registers,
    }),
    orphans: new Gauge({
      name: "steward_jobs_orphaned",
      help: "Jobs without a queue row; must be 0",
      registers,
    }),
    outbox: new Gauge({ name: "steward_outbox_pending", help: "Messages not sent yet", registers }),
  };
  return {
    inbound: (kind) => inbound.inc({ kind }),
    async text() {
      const figures = await queue();
      for (const key of ["waiting", "oldestSeconds", "orphans", "outbox"] as const)
        gauges[key].set(figures[key]);
      return registry.metrics();
    },
  };
};
