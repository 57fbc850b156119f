import { setTimeout as wait } from "node:timers/promises";
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  type WebClient,
} from "@slack/web-api";
import { TerminalError, UnknownOutcomeError } from "../../core/errors.ts";

/** Slack said no, with its own code; final for this call. */
export class SlackRefusedError extends TerminalError {
  readonly slackCode: string;
  /** JSON pointers and reasons of `invalid_blocks`. */
  readonly details: readonly string[];

  constructor(method: string, slackCode: string, details: readonly string[] = []) {
    super(
      "slack_refused",
      `Slack refused ${method}: ${slackCode}${details.length > 0 ? ` (${details.join("; ")})` : ""}`,
    );
    this.slackCode = slackCode;
    this.details = details;
  }
}

/** Slack asked to wait longer than the caller would; nothing was done. */
export class SlackBusyError extends SlackRefusedError {
  /** Milliseconds that Slack asked for. */
  readonly afterMs: number;

  constructor(method: string, afterMs: number) {
    super(method, "ratelimited");
    this.afterMs = afterMs;
  }
}

/** Waits of one call together, unless the caller says otherwise: a turn has 90 seconds for everything. */
const patienceMs = 10_000;

/** Waits of a call inside a job of the outbox: a longer one gives its slot to other channels. */
export const slotPatienceMs = 300;

interface CallOptions {
  /** Slack counts this call by channel: its waits are this channel's alone. */
  channel?: string;
  /** `false`: gives up at once instead of waiting (statuses, what a person waits for). */
  patient?: boolean;
  /** How long it may wait in all, milliseconds. */
  patienceMs?: number;
}

/** Calls Slack's methods, waiting where Slack asked to wait: per method, and per channel where Slack counts so. */
export interface SlackCalls {
  /**
   * Throws `SlackRefusedError` for `ok: false`, `SlackBusyError` when Slack asks for a longer wait than the caller has,
   * `UnknownOutcomeError` when Slack may or may not have done it (time-out, cut connection, 5xx). Never repeats a call
   * by itself unless Slack surely did not do it (429).
   */
  call<Result = Record<string, unknown>>(
    method: string,
    args: Record<string, unknown>,
    options?: CallOptions,
  ): Promise<Result>;
}

/** The scheduler: a 429 pauses only its own method and channel, so that one slow channel never delays another. */
export const scheduleCalls = (client: WebClient): SlackCalls => {
  const pausedUntil = new Map<string, number>();
  const leftOf = (lane: string): number => {
    const left = (pausedUntil.get(lane) ?? 0) - performance.now();
    if (left <= 0) pausedUntil.delete(lane);
    return Math.max(0, left);
  };

  return {
    async call<Result>(
      method: string,
      args: Record<string, unknown>,
      options: CallOptions = {},
    ): Promise<Result> {
      const lane = options.channel === undefined ? method : `${method} ${options.channel}`;
      const patience = options.patient === false ? 0 : (options.patienceMs ?? patienceMs);
      const until = performance.now() + patience;
      for (;;) {
        for (let left = leftOf(lane); left > 0; left = leftOf(lane)) {
          if (performance.now() + left > until) throw new SlackBusyError(method, left);
          await wait(left);
        }
        try {
          return (await client.apiCall(method, args)) as Result;
        } catch (error) {
          if (!(error instanceof WebAPIRateLimitedError)) throw translated(method, error);
          pausedUntil.set(lane, performance.now() + error.retryAfter * 1000);
        }
      }
    },
  };
};

const translated = (method: string, error: unknown): Error => {
  if (error instanceof WebAPIPlatformError) {
    return new SlackRefusedError(method, error.data.error, error.data.response_metadata?.messages ?? []);
  }
  if (error instanceof WebAPIHTTPError) {
    return new UnknownOutcomeError("slack_http", `Slack answered ${method} with HTTP ${error.statusCode}.`);
  }
  if (error instanceof WebAPIRequestError) {
    return new UnknownOutcomeError("slack_unreachable", `Slack did not answer ${method}: ${error.message}`);
  }
  return error instanceof Error ? error : new Error(String(error));
};
