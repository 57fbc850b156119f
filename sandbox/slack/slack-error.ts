/** A refusal of the Web API: answered as `{ok: false, error: code, ...extra}` with HTTP 200. */
export class SlackError extends Error {
  readonly code: string;
  readonly extra: Readonly<Record<string, unknown>>;
  /** Set where the caller broke Slack's contract, rather than met a state of the workspace. */
  readonly violation: string | undefined;

  constructor(code: string, options: { violation?: string; extra?: Record<string, unknown> } = {}) {
    super(options.violation ? `${code}: ${options.violation}` : code);
    this.name = "SlackError";
    this.code = code;
    this.extra = options.extra ?? {};
    this.violation = options.violation;
  }
}

/** A command of the control interface that makes no sense: told to whoever gave it. */
export class ControlError extends Error {
  override readonly name = "ControlError";
}
