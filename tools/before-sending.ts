import { messageOf, TerminalError } from "../src/core/errors.ts";

/**
 * The reads that precede a write, inside `run`. Whatever goes wrong there, nothing was sent, and that is said: an
 * error of another kind would be taken for an unknown outcome.
 */
export async function beforeSending<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof TerminalError) throw error;
    throw new TerminalError("not_sent", `Nothing was sent: ${messageOf(error)}`, { cause: error });
  }
}
