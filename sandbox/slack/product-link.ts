import { Agent, request, type RequestOptions } from "node:http";
import type { Clock } from "../http/clock.ts";
import { signatureHeaders } from "./signature.ts";
import type { Sockets } from "./sockets.ts";

/** What a signed request to the product ended in. */
export interface Answer {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly body: string;
  /** Milliseconds to the answer, or to giving up. */
  readonly ms: number;
  /** Slack's name for what went wrong; undefined for a 2xx. */
  readonly failure: "http_timeout" | "connection_failed" | "http_error" | undefined;
  /** The product answered `x-slack-no-retry: 1`. */
  readonly noRetry: boolean;
}

/** How a request is signed; `bad` and `stale` are for tests of the product's checks. */
export type Signing = "good" | "bad" | "stale";

const STALE_SECONDS = 600;
/** More of an answer is not kept, characters. */
const BODY_MAX = 300_000;

/** What to send. */
export interface Outgoing {
  readonly body: string;
  readonly contentType: "application/json" | "application/x-www-form-urlencoded";
  readonly headers?: Readonly<Record<string, string>>;
  readonly signing?: Signing;
  /** Events share connections; clicks and commands, which are never sent twice, take a fresh one. */
  readonly fresh?: boolean;
}

/** The way to the product, with Slack's deadline: signed POSTs to one address, or the sockets that it opened. */
export class ProductLink {
  /** Where the product listens for Slack, path included; undefined while nobody said. */
  url: string | undefined;
  /** `unreachable` after a refused or cut connection, until one holds again. */
  state: "not connected" | "connected" | "unreachable" = "not connected";
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #secret: string;
  readonly #deadlineMs: number;
  readonly #clock: Clock;
  readonly #told: () => void;
  readonly #sockets: Sockets | undefined;

  /** With `sockets` everything goes over them: Slack uses one way or the other, never both. */
  constructor(options: {
    secret: string;
    deadlineMs: number;
    clock: Clock;
    told: () => void;
    sockets?: Sockets | undefined;
  }) {
    this.#secret = options.secret;
    this.#sockets = options.sockets;
    this.#deadlineMs = options.deadlineMs;
    this.#clock = options.clock;
    this.#told = options.told;
  }

  async send(outgoing: Outgoing): Promise<Answer> {
    const started = performance.now();
    const ended = await (this.#sockets?.send(outgoing) ?? this.#post(outgoing));
    const answer: Answer = { ...ended, ms: Math.round(performance.now() - started) };
    if (this.url !== undefined || this.#sockets !== undefined)
      this.#say(answer.failure === "connection_failed" ? "unreachable" : "connected");
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  #say(state: "connected" | "unreachable"): void {
    if (this.state === state) return;
    this.state = state;
    this.#told();
  }

  #post({
    body,
    contentType,
    headers,
    signing = "good",
    fresh = false,
  }: Outgoing): Promise<Omit<Answer, "ms">> {
    const failed = (failure: Answer["failure"]) => ({ status: 0, body: "", failure, noRetry: false });
    if (this.url === undefined) return Promise.resolve(failed("connection_failed"));
    const seconds = Math.trunc(this.#clock.now() / 1000) - (signing === "stale" ? STALE_SECONDS : 0);
    const options: RequestOptions = {
      method: "POST",
      agent: fresh ? false : this.#agent,
      headers: {
        "content-type": contentType,
        "content-length": Buffer.byteLength(body),
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        ...signatureHeaders(signing === "bad" ? `${this.#secret}x` : this.#secret, body, seconds),
        ...headers,
      },
    };
    const { promise, resolve } = Promise.withResolvers<Omit<Answer, "ms">>();
    const outgoing = request(this.url, options, (response) => {
      const pieces: string[] = [];
      let length = 0;
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        length += piece.length;
        if (length <= BODY_MAX) pieces.push(piece);
      });
      response.on("error", () => resolve(failed("connection_failed")));
      response.on("end", () => {
        const status = response.statusCode ?? 0;
        const failure = status >= 200 && status < 300 ? undefined : ("http_error" as const);
        resolve({
          status,
          body: pieces.join(""),
          failure,
          noRetry: response.headers["x-slack-no-retry"] === "1",
        });
      });
    });
    const deadline = setTimeout(() => {
      resolve(failed("http_timeout"));
      outgoing.destroy();
    }, this.#deadlineMs);
    outgoing.on("error", () => resolve(failed("connection_failed")));
    outgoing.end(body);
    return promise.finally(() => clearTimeout(deadline));
  }
}
