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

/** Sends one event; the connection to use next: a new one where the server ended this one instead of answering. */
const timed = async (connection: Connection, since: number): Promise<Connection> => {
  try {
    const status = await connection.send(next());
    latencies.push(performance.now() - since);
    if (status !== 200) refused += 1;
    return connection;
  } catch {
    refused += 1;
    return openConnection(load.port);
  }
};

/** As fast as it is answered: each connection sends its next event when the last was acknowledged. */
const flatOut = async (connections: readonly Connection[], until: number): Promise<void> => {
  const one = async (given: Connection): Promise<void> => {
    let connection = given;
    while (performance.now() < until) connection = await timed(connection, performance.now());
    connection.close();
  };
  await Promise.all(connections.map(one));
};

/** So many a second, whether they are answered or not; waiting for a free connection counts as latency. */
const paced = async (connections: readonly Connection[], rate: number, until: number): Promise<void> => {
  const free = [...connections];
  const due: number[] = [];
  const underWay = new Set<Promise<void>>();
  const pump = (): void => {
    while (due.length > 0) {
      // In turn: one that rests for seconds is closed by the server.
      const connection = free.shift();
      const since = connection && due.shift();
      if (connection === undefined || since === undefined) return;
      const run = timed(connection, since).then((again) => {
        underWay.delete(run);
        free.push(again);
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
  while (underWay.size > 0) await Promise.all(underWay);
  for (const connection of free) connection.close();
};

const run = async (seconds: number): Promise<number> => {
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => openConnection(load.port)),
  );
  const started = performance.now();
  const until = started + seconds * 1000;
  await (load.rate === undefined ? flatOut(connections, until) : paced(connections, load.rate, until));
  const took = (performance.now() - started) / 1000;
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
