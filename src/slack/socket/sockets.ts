import { setTimeout as wait } from "node:timers/promises";
import { messageOf, RetryableError, TerminalError } from "../../core/errors.ts";
import type { Log } from "../log.ts";
import { connect, type Connection, type SocketTimes, type TakeEnvelope } from "./connection.ts";
import type { Leaving } from "./frames.ts";

/** The sockets of this process, kept open. */
export interface Sockets {
  /** Resolves with the first hello. Throws what Slack refuses for good: the start then stops. */
  start(): Promise<void>;
  /** How many are open now. */
  live(): number;
  /** Takes nothing new; envelopes under way are acknowledged first. */
  stop(): Promise<void>;
}

interface SocketsOptions {
  /** How many to hold. Two: while one is replaced, or is dead and nobody knows it yet, the other one serves. */
  count: number;
  /** A new address, good for one connection (`apps.connections.open`). */
  address(): Promise<string>;
  take: TakeEnvelope;
  times: SocketTimes;
  log: Log;
}

/** The pauses after failures in a row; the last one stays. Reasons that pass slowly wait longest at once. */
const pausesMs = [250, 1_000, 3_000, 10_000, 30_000];
const slowReasons: readonly Leaving[] = ["link_disabled", "too_many_websockets"];
const slowMs = 30_000;
/** A socket that lived this long was well: the next failure is a first one again. */
const steadyMs = 10_000;

const why: Partial<Record<Leaving, string>> = {
  link_disabled:
    "Socket Mode was turned off for the app: turn it on, or set SLACK_SIGNING_SECRET to be reached over HTTP",
  too_many_websockets: "the app has ten sockets already, which is Slack's limit: run fewer gateways",
  stale: "a socket was silent too long and is replaced",
};

/**
 * Holds sockets open. One that Slack wants back is replaced before it is given up, so that there is no gap; one that is
 * silent is taken for dead. What was under way on a lost socket Slack sends again over another.
 */
export const holdSockets = (options: SocketsOptions): Sockets => {
  const { log } = options;
  const stopping = new AbortController();
  const stopped = aborted(stopping.signal);
  const open = new Set<Connection>();
  const loops: Promise<void>[] = [];

  const dial = async (): Promise<Connection> => {
    const connection = await connect(await options.address(), options.take, options.times);
    // Nobody waits for it any more.
    if (stopping.signal.aborted) void connection.retire();
    else open.add(connection);
    void connection.leaving.then((how) => {
      if (how === "closed" || how === "stale") open.delete(connection);
    });
    return connection;
  };
  const giveUp = async (connection: Connection): Promise<void> => {
    open.delete(connection);
    await connection.retire();
  };
  const pause = async (ms: number): Promise<void> => {
    // An abort ends the pause early; the loop sees why.
    await wait(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
  };

  /** The next socket after some failures; undefined when stopping. */
  const redial = async (failures: number): Promise<Connection | undefined> => {
    for (let failed = failures; !stopping.signal.aborted; failed++) {
      if (failed > 0) await pause(pausesMs[Math.min(failed, pausesMs.length) - 1] ?? slowMs);
      if (stopping.signal.aborted) return undefined;
      try {
        return await Promise.race([dial(), stopped]);
      } catch (error) {
        log.warn({ reason: messageOf(error) }, "a socket to Slack could not be opened; trying again");
      }
    }
    return undefined;
  };

  /** The new one first, then the old one goes: unless Slack wants none for now. */
  const replace = async (
    old: Connection,
    how: Leaving,
    failures: number,
  ): Promise<Connection | undefined> => {
    if (slowReasons.includes(how)) {
      void giveUp(old);
      await pause(slowMs);
      return redial(failures);
    }
    const next = await redial(failures);
    void giveUp(old);
    return next;
  };

  const keep = async (first: Connection | undefined): Promise<void> => {
    let current = first ?? (await redial(0));
    let failures = 0;
    while (current !== undefined) {
      const since = performance.now();
      const how = await Promise.race([current.leaving, stopped]);
      if (how === undefined) break;
      log.info({ reason: how }, why[how] ?? "a socket to Slack is replaced");
      // The first failure is mended at once; while one follows another, ever more slowly.
      failures = performance.now() - since > steadyMs ? 0 : failures + 1;
      current = await replace(current, how, Math.max(0, failures - 1));
    }
    if (current !== undefined) await giveUp(current);
  };

  return {
    async start() {
      const first = await dial().catch((error: unknown) => {
        throw startFailed(error);
      });
      loops.push(keep(first));
      for (let more = 1; more < options.count; more++) loops.push(keep(undefined));
    },
    live: () => open.size,
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      await Promise.all([...open].map(giveUp));
    },
  };
};

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });

const startFailed = (error: unknown): Error =>
  new TerminalError(
    "slack_socket",
    `${messageOf(error)} ${
      error instanceof RetryableError
        ? "Check that wss:// can be reached from here."
        : "Check SLACK_APP_TOKEN: it is an app-level token with connections:write, and Socket Mode is on."
    }`,
    { cause: error },
  );
