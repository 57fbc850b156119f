import { WebSocket } from "ws";
import { RetryableError } from "../../core/errors.ts";
import { ackFrame, type Envelope, type Leaving, readFrame } from "./frames.ts";

/** Takes an envelope; `ack` rejects when the socket is gone, and Slack then sends an event again. */
export type TakeEnvelope = (envelope: Envelope, ack: (response?: unknown) => Promise<void>) => Promise<void>;

/** One open socket, from Slack's hello on. */
export interface Connection {
  /** Resolves when it has to be replaced; envelopes may go on coming until it is retired. */
  readonly leaving: Promise<Leaving>;
  /** Waits a little for envelopes under way to be acknowledged, then closes. */
  retire(): Promise<void>;
}

/** Milliseconds. */
export interface SocketTimes {
  /** From the start of a connection to Slack's hello. */
  helloMs: number;
  /** How often we ping; Slack answers, and pings by itself as well. */
  pingMs: number;
  /** Without any frame for this long a socket is dead, whatever the operating system says. */
  staleMs: number;
}

/** How long envelopes under way may keep a socket that is retired: as long as Slack waits for them. */
const drainMs = 3_000;

/** Connects to an address that Slack gave; resolves at its hello. Rejects with `RetryableError`. */
export const connect = async (
  url: string,
  take: TakeEnvelope,
  { helloMs, pingMs, staleMs }: SocketTimes,
): Promise<Connection> => {
  const socket = new WebSocket(url, { handshakeTimeout: helloMs, maxPayload: 16 * 1024 * 1024 });
  const underWay = new Set<Promise<void>>();
  const hello = Promise.withResolvers<void>();
  const leaving = Promise.withResolvers<Leaving>();
  let heardAt = performance.now();

  const watch = setInterval(() => {
    if (performance.now() - heardAt > staleMs) end("stale");
    else if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, pingMs);
  const late = setTimeout(() => end("stale"), helloMs);
  const end = (how: Leaving): void => {
    clearInterval(watch);
    clearTimeout(late);
    socket.terminate();
    leaving.resolve(how);
    hello.reject(new RetryableError("socket", `Slack's socket ended before its hello (${how}).`, 1_000));
  };

  const ack = (id: string, response?: unknown): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.send(ackFrame(id, response), (error) => (error ? reject(error) : resolve()));
    });
  const handle = (envelope: Envelope): void => {
    const work = take(envelope, (response) => ack(envelope.id, response)).finally(() =>
      underWay.delete(work),
    );
    underWay.add(work);
  };

  socket.on("message", (data) => {
    heardAt = performance.now();
    const frame = readFrame((data as Buffer).toString("utf8"));
    if (frame.kind === "hello") {
      clearTimeout(late);
      hello.resolve();
    } else if (frame.kind === "disconnect") {
      leaving.resolve(frame.reason);
      hello.reject(new RetryableError("socket", `Slack sent the socket away (${frame.reason}).`, 5_000));
    } else if (frame.kind === "envelope") handle(frame.envelope);
  });
  for (const event of ["ping", "pong"] as const) {
    socket.on(event, () => {
      heardAt = performance.now();
    });
  }
  socket.on("close", () => end("closed"));
  // Told by the close that follows.
  socket.on("error", () => {});

  const retire = async (): Promise<void> => {
    clearInterval(watch);
    const { promise, resolve } = Promise.withResolvers<void>();
    const enough = setTimeout(resolve, drainMs);
    await Promise.race([Promise.allSettled(underWay), promise]);
    clearTimeout(enough);
    socket.close(1000);
    // The other side may never answer the close.
    setTimeout(() => socket.terminate(), 1_000).unref();
  };

  try {
    await hello.promise;
  } catch (error) {
    end("closed");
    throw error;
  }
  return { leaving: leaving.promise, retire };
};
