import { RetryableError, StewardError } from "../core/errors.ts";
import type { Ambiguity } from "../core/question.ts";

/** Another write to the same target is under way: this one waits its turn. */
export class TargetBusyError extends RetryableError {
  constructor() {
    super(
      "target_busy",
      "Another write to the same target is running; this one is tried again in a second.",
      1000,
    );
  }
}

/** A call was refused before anything was done. The message goes back to the model or the person as it is. */
export class Refusal extends StewardError {
  /** The reason may pass by itself (a system is slow or down): asking again later can work. */
  readonly passing: boolean;
  /** A name fits several things: a person can choose among them. */
  readonly ambiguity: Ambiguity | undefined;
  /** The system in which the person must connect an account first. */
  readonly needs: string | undefined;

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & { passing?: boolean; ambiguity?: Ambiguity; needs?: string } = {},
  ) {
    super(code, message, options);
    this.passing = options.passing ?? false;
    this.ambiguity = options.ambiguity;
    this.needs = options.needs;
  }
}
