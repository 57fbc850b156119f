import { TerminalError } from "../core/errors.ts";

/** The system answered and said no. Adapters turn it into their own words by `status`. */
export class HttpRefusedError extends TerminalError {
  readonly status: number;
  readonly method: string;
  readonly path: string;
  /** The system's own text, cut and without secrets; empty where it gave none. */
  readonly detail: string;
  /** What the system asked to wait, in seconds (429, 503). */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    system: string,
    reply: {
      status: number;
      method: string;
      path: string;
      detail: string;
      retryAfterSeconds?: number | undefined;
    },
  ) {
    const { status, method, path, detail } = reply;
    super(`http_${status}`, `${system} answered ${status} to ${method} ${path}${detail && `: ${detail}`}.`);
    this.status = status;
    this.method = method;
    this.path = path;
    this.detail = detail;
    this.retryAfterSeconds = reply.retryAfterSeconds;
  }
}
