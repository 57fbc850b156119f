import { StewardError } from "../core/errors.ts";

/** No usable answer came from a model. The message is for people: our own words, never the provider's, which may quote a key. */
export class ModelFailure extends StewardError {
  /** Whether trying the same request again soon may help. */
  readonly passing: boolean;
  /** Milliseconds the provider asked to wait. */
  readonly afterMs: number | undefined;

  constructor(code: string, message: string, options: ErrorOptions & { passing: boolean; afterMs?: number }) {
    super(code, message, options);
    this.passing = options.passing;
    this.afterMs = options.afterMs;
  }
}

const fieldOf = (error: unknown, name: string): unknown =>
  typeof error === "object" && error !== null ? (error as Record<string, unknown>)[name] : undefined;

/** `Retry-After` in milliseconds: seconds or a date, as RFC 9110 has it. */
const retryAfterMs = (error: unknown, now: number): number | undefined => {
  const headers = fieldOf(error, "headers");
  const value = headers instanceof Headers ? headers.get("retry-after") : null;
  if (value === null) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
};

const byStatus = (model: string, status: number): [code: string, words: string, passing: boolean] => {
  if (status === 401 || status === 403) {
    return ["model_denied", `The model provider refused Steward's credentials (${status}).`, false];
  }
  if (status === 404)
    return ["model_not_found", `The model provider knows no model "${model}" (404).`, false];
  if (status === 429) return ["model_busy", "The model provider is over its limit (429).", true];
  if (status >= 500) return ["model_down", `The model provider failed (${status}).`, true];
  return ["model_refused", `The model provider refused the request (${status}).`, false];
};

/** Anything thrown by a model client, in words. */
export const modelFailureOf = (
  error: unknown,
  model: string,
  timedOut: boolean,
  now: number,
): ModelFailure => {
  if (error instanceof ModelFailure) return error;
  const status = fieldOf(error, "status");
  if (timedOut || fieldOf(error, "name") === "TimeoutError") {
    const words = "The model provider did not answer in time.";
    return new ModelFailure("model_timeout", words, { passing: false, cause: error });
  }
  if (typeof status === "number") {
    const [code, words, passing] = byStatus(model, status);
    const afterMs = retryAfterMs(error, now);
    return new ModelFailure(code, words, {
      passing,
      cause: error,
      ...(afterMs !== undefined && { afterMs }),
    });
  }
  if (error instanceof SyntaxError) {
    const words = "The model provider's answer could not be read.";
    return new ModelFailure("model_garbled", words, { passing: true, cause: error });
  }
  const words = "The model provider could not be reached.";
  return new ModelFailure("model_unreachable", words, { passing: true, cause: error });
};
