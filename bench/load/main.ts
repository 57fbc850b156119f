import { setTimeout as wait } from "node:timers/promises";
import { percentile } from "../support/stats.ts";
import { type Connection, openConnection } from "./connection.ts";
import { signedEvents } from "./events.ts";
import type { Load, LoadResult } from "./types.ts";

/** The load generator: a process of its own that sends one load and tells its parent what came of it. */

const load = JSON.parse(process.argv[2] ?? "{}") as Load;
const next = signedEvents(load);
const latencies: number[] = [];
let refused = 0;

const timed = async (connection: Connection, since: number): Promise<void> => {
  const status = await connection.send(next());
  latencies.push(performance.now() - since);
  if (status !== 200) refused += 1;
};

/** As fast as it is answered: each connection sends its next event when the last was acknowledged. */
const flatOut = async (connections: readonly Connection[], until: number): Promise<void> => {
  const one = async (connection: Connection): Promise<void> => {
    while (performance.now() < until) await timed(connection, performance.now());
  };
  await Promise.all(connections.map(one));
};

/** So many a second, whether they are answered or not; waiting for a free connection counts as latency. */
const paced = async (connections: readonly Connection[], rate: number, until: number): Promise<void> => {
  const free = [...connections];
  const due: number[] = [];
  const underWay = new Set<Promise<void>>();
  const pump = (): void => {
    for (let connection = free.pop(); connection !== undefined; connection = free.pop()) {
      const since = due.shift();
      if (since === undefined) return void free.push(connection);
      const used = connection;
      const run = timed(used, since).then(() => {
        underWay.delete(run);
        free.push(used);
        pump();
      });
      underWay.add(run);
    }
  };
  const started = performance.now();
  let sent = 0;
  while (performance.now() < until) {
    const now = performance.now();
    for (; sent < ((now - started) * rate) / 1000; sent++) due.push(now);
    pump();
    await wait(1);
  }
  await Promise.all(underWay);
};

const run = async (seconds: number): Promise<number> => {
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => openConnection(load.port)),
  );
  const started = performance.now();
  const until = started + seconds * 1000;
  await (load.rate === undefined ? flatOut(connections, until) : paced(connections, load.rate, until));
  const took = (performance.now() - started) / 1000;
  for (const connection of connections) connection.close();
  return took;
};

await run(load.warmSeconds);
latencies.length = 0;
const seconds = await run(load.seconds);
const result: LoadResult = {
  perSecond: latencies.length / seconds,
  p50Ms: percentile(latencies, 0.5),
  p99Ms: percentile(latencies, 0.99),
  requests: latencies.length,
  refused,
};
process.send?.(result, () => process.exit(0));
