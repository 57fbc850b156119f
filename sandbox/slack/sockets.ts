import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../http/clock.ts";
import { type Envelope, envelopeFrom } from "./socket-envelopes.ts";
import type { Answer, Outgoing } from "./product-link.ts";
import { ControlError } from "./slack-error.ts";

/** Why Slack ends a socket. */
export type DisconnectReason = "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets";

/** One socket as the app holds it. */
export interface SocketState {
  readonly id: string;
  /** `leaving`: told to go, closed soon. `silent`: open, and nothing comes or is heard any more. */
  readonly state: "open" | "leaving" | "silent";
  /** Envelopes that were sent over it. */
  readonly sent: number;
}

/** What tests and the page do with the sockets; the newest one where no id is given. */
export interface SocketControl {
  list(): SocketState[];
  /** Sends a disconnect frame, and closes the socket as Slack does after it. */
  disconnect(reason: DisconnectReason, id?: string): void;
  /** The socket stays open and is dead: no pings, no answers to pings, what is sent over it is lost. */
  silence(id?: string): void;
  /** The connection ends without a word. */
  cut(id?: string): void;
}

/** The reply of `apps.connections.open`. */
export type Opened =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly error: string };

interface Held {
  readonly id: string;
  readonly socket: WebSocket;
  state: SocketState["state"];
  sent: number;
}

/** Slack allows an app this many sockets at once. */
const SOCKETS_MAX = 10;
/** A minted address is good for one connection within this time. */
const TICKET_MS = 30_000;
/** Slack's servers ping about this often. */
const PING_MS = 5_000;
/** From a warning to the end; the other reasons end the socket at once. */
const WARNING_MS = 10_000;
const CLOSING_MS = 100;

interface Options {
  readonly clock: Clock;
  readonly appId: string;
  /** The app-level token. */
  readonly token: string;
  readonly deadlineMs: number;
  readonly told: () => void;
}

/** Slack's side of Socket Mode: addresses for one connection each, and every envelope over one socket. */
export class Sockets implements SocketControl {
  readonly #options: Options;
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #tickets = new Map<string, number>();
  readonly #waiting = new Map<string, (payload: unknown) => void>();
  readonly #pinging: NodeJS.Timeout;
  #held: Held[] = [];
  #turn = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#pinging = setInterval(() => this.#ping(), PING_MS);
    this.#pinging.unref();
  }

  /** `apps.connections.open`: refuses every token but the app's own; `base` is the simulator's address. */
  open(authorization: string | undefined, base: string): Opened {
    const given = authorization?.replace(/^Bearer /i, "") ?? "";
    if (given === "") return { ok: false, error: "not_authed" };
    if (given !== this.#options.token) {
      return { ok: false, error: given.startsWith("xoxb-") ? "not_allowed_token_type" : "invalid_auth" };
    }
    const ticket = randomBytes(16).toString("hex");
    this.#tickets.set(ticket, this.#options.clock.now() + TICKET_MS);
    const url = `${base.replace(/^http/, "ws")}/link/?ticket=${ticket}&app_id=${this.#options.appId}`;
    return { ok: true, url };
  }

  /** A client connects: only to an address that was minted, and once. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? "/", "http://sandbox");
    const ticket = url.searchParams.get("ticket") ?? "";
    const until = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    if (url.pathname !== "/link/" || until === undefined || until < this.#options.clock.now()) {
      socket.end("HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#take(opened));
  }

  /** Sends one request of Slack's over one of the sockets and waits for its acknowledgement. */
  async send(outgoing: Outgoing): Promise<Omit<Answer, "ms">> {
    if ((outgoing.signing ?? "good") !== "good") throw new ControlError("a socket carries no signatures");
    const failed = (failure: Answer["failure"]) => ({ status: 0, body: "", failure, noRetry: false });
    const able = this.#held.filter(({ state }) => state !== "leaving");
    const held = able[this.#turn++ % Math.max(1, able.length)];
    if (held === undefined) return failed("connection_failed");
    const envelope: Envelope = { envelope_id: randomUUID(), ...envelopeFrom(outgoing) };
    const { promise, resolve } = Promise.withResolvers<Omit<Answer, "ms">>();
    const deadline = setTimeout(() => resolve(failed("http_timeout")), this.#options.deadlineMs);
    this.#waiting.set(envelope.envelope_id, (payload) => {
      const body = payload === undefined || isEmpty(payload) ? "" : JSON.stringify(payload);
      resolve({ status: 200, body, failure: undefined, noRetry: false });
    });
    held.sent += 1;
    if (held.state === "open") held.socket.send(JSON.stringify(envelope));
    return promise.finally(() => {
      clearTimeout(deadline);
      this.#waiting.delete(envelope.envelope_id);
    });
  }

  list(): SocketState[] {
    return this.#held.map(({ id, state, sent }) => ({ id, state, sent }));
  }

  disconnect(reason: DisconnectReason, id?: string): void {
    const held = this.#need(id);
    this.#say(held, { type: "disconnect", reason, debug_info: { host: "sandbox" } });
    if (reason !== "warning") held.state = "leaving";
    setTimeout(() => held.socket.close(1000), reason === "warning" ? WARNING_MS : CLOSING_MS).unref();
    this.#options.told();
  }

  silence(id?: string): void {
    this.#need(id).state = "silent";
    this.#options.told();
  }

  cut(id?: string): void {
    this.#need(id).socket.terminate();
  }

  close(): void {
    clearInterval(this.#pinging);
    for (const { socket } of this.#held) socket.terminate();
    this.#server.close();
  }

  #need(id: string | undefined): Held {
    const found = id === undefined ? this.#held.at(-1) : this.#held.find((held) => held.id === id);
    if (found) return found;
    throw new ControlError(
      `no socket ${id ?? ""}: there are ${this.#held.map((held) => held.id).join(", ") || "none"}`,
    );
  }

  #take(socket: WebSocket): void {
    const held: Held = { id: randomUUID(), socket, state: "open", sent: 0 };
    this.#held.push(held);
    socket.on("message", (data) => this.#hear(held, (data as Buffer).toString("utf8")));
    socket.on("ping", (data) => {
      if (held.state !== "silent") socket.pong(data);
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#held = this.#held.filter((other) => other !== held);
      this.#options.told();
    });
    if (this.#held.length > SOCKETS_MAX) this.disconnect("too_many_websockets", held.id);
    else {
      this.#say(held, {
        type: "hello",
        num_connections: this.#held.length,
        connection_info: { app_id: this.#options.appId },
        debug_info: { host: "sandbox", approximate_connection_time: 18_060 },
      });
    }
    this.#options.told();
  }

  #hear(held: Held, text: string): void {
    if (held.state === "silent") return;
    try {
      const { envelope_id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: unknown };
      this.#waiting.get(envelope_id ?? "")?.(payload);
    } catch {
      // Slack ignores what it cannot read; the envelope then times out.
    }
  }

  #say(held: Held, frame: object): void {
    if (held.state !== "silent") held.socket.send(JSON.stringify(frame));
  }

  #ping(): void {
    for (const { socket, state } of this.#held) if (state !== "silent") socket.ping();
  }
}

const isEmpty = (payload: unknown): boolean =>
  typeof payload === "object" && payload !== null && Object.keys(payload).length === 0;
