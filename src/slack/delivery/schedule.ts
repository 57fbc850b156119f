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

/** How often one call is tried again after a 429 before it is given back to the caller. */
const rateLimitTriesMax = 5;

/** Calls Slack's methods, waiting where Slack asked to wait: per method, and per channel where Slack counts so. */
export interface SlackCalls {
  /**
   * Throws `SlackRefusedError` for `ok: false`, `UnknownOutcomeError` when Slack may or may not have done it
   * (time-out, cut connection, 5xx). Never repeats a call by itself unless Slack surely did not do it (429).
   */
  call<Result = Record<string, unknown>>(
    method: string,
    args: Record<string, unknown>,
    options?: { channel?: string; patient?: boolean },
  ): Promise<Result>;
}

/**
 * The scheduler: a 429 pauses only its own method and channel, so that one slow channel never delays another.
 * `patient: false` (statuses) gives up at once instead of waiting.
 */
export const scheduleCalls = (client: WebClient): SlackCalls => {
  const pausedUntil = new Map<string, number>();
  const pause = async (lane: string): Promise<void> => {
    for (let until = pausedUntil.get(lane); until !== undefined; until = pausedUntil.get(lane)) {
      const left = until - performance.now();
      if (left <= 0) {
        pausedUntil.delete(lane);
        return;
      }
      await wait(left);
    }
  };

  return {
    async call<Result>(
      method: string,
      args: Record<string, unknown>,
      options: { channel?: string; patient?: boolean } = {},
    ): Promise<Result> {
      const lane = options.channel === undefined ? method : `${method} ${options.channel}`;
      for (let tries = 1; ; tries++) {
        if (options.patient === false && (pausedUntil.get(lane) ?? 0) > performance.now()) {
          throw new SlackRefusedError(method, "ratelimited");
        }
        await pause(lane);
        try {
          return (await client.apiCall(method, args)) as Result;
        } catch (error) {
          if (!(error instanceof WebAPIRateLimitedError)) throw translated(method, error);
          pausedUntil.set(lane, performance.now() + error.retryAfter * 1000);
          if (options.patient === false || tries >= rateLimitTriesMax)
            throw new SlackRefusedError(method, "ratelimited");
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
