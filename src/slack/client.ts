import { LogLevel, WebClient, type WebClientOptions } from "@slack/web-api";
import type { Log } from "./log.ts";

/** Deadline of one call to Slack; a post that runs into it may still have been accepted. */
const callSeconds = 10;

/**
 * The options of every Slack client: our own deadlines and scheduling. The SDK's defaults re-send a timed-out post
 * (a duplicate), wait without limit, and stop the whole client on one 429.
 */
export const clientOptions = (apiUrl: string, log: Log): WebClientOptions => ({
  slackApiUrl: apiUrl,
  timeout: callSeconds * 1000,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  allowAbsoluteUrls: false,
  maxRequestConcurrency: 50,
  logLevel: LogLevel.ERROR,
  logger: {
    debug() {},
    info() {},
    warn: (...message) => log.warn(message.map(String).join(" ")),
    error: (...message) => log.error(message.map(String).join(" ")),
    setLevel() {},
    getLevel: () => LogLevel.ERROR,
    setName() {},
  },
});

/** A client for one token. */
export const slackClient = (token: string, apiUrl: string, log: Log): WebClient =>
  new WebClient(token, clientOptions(apiUrl, log));
