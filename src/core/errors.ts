import type { Ambiguity } from "./question.ts";

/**
 * Errors answer one question: try again or not? A `TerminalError` is told to the person; a `RetryableError`
 * may be tried again after a while. Messages say what was wrong, where, what was expected and the next step,
 * and never hold a secret, a header or a stack.
 */
export class StewardError extends Error {
  /** Short, stable, machine-readable: `gitlab_not_found`, `bad_argument`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Final: trying again will give the same. Told to the person or the model as it is. */
export class TerminalError extends StewardError {}

/** A name fits several things, and nobody may choose but a person. */
export class AmbiguousError extends TerminalError {
  readonly ambiguity: Ambiguity;

  constructor(message: string, ambiguity: Ambiguity) {
    super("ambiguous", message);
    this.ambiguity = ambiguity;
  }
}

/** Only the person's own account may do this, and the person has not connected one yet. */
export class NeedsConnectionError extends TerminalError {
  /** What is to be connected: the tool's system. */
  readonly system: string;

  constructor(system: string) {
    super(
      "needs_connection",
      `This is done as yourself in ${system}, and no account of yours is connected there. Connect it with \`/steward connect ${system}\`; nothing was changed.`,
    );
    this.system = system;
  }
}

/** May work later; `afterMs` says when at the earliest. */
export class RetryableError extends StewardError {
  readonly afterMs: number;

  constructor(code: string, message: string, afterMs: number, options?: ErrorOptions) {
    super(code, message, options);
    this.afterMs = afterMs;
  }
}

/**
 * A write was sent and nobody can say what became of it: time-out, cut connection, a 5xx after sending.
 * The executor records the action as unknown; nothing repeats it by itself.
 */
export class UnknownOutcomeError extends StewardError {}

/** This run lost its turn (stopped, taken over): everything it still wants to commit is refused. */
export class FencedError extends StewardError {
  constructor(what: string) {
    super("fenced", `${what}: this run no longer owns its turn.`);
  }
}

/** The message of anything thrown, for logs and for people; never a stack. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
