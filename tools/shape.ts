import type { z } from "zod";
import { TerminalError, UnknownOutcomeError } from "../src/core/errors.ts";

/**
 * A system's reply as the fields we use. Throws where it has another shape, naming the field, never its value; of a
 * write that makes the outcome unknown, since the system did accept it. `answered` begins the message: `Reading !482:
 * GitLab answered`; `reference` is the system's own name for the request, which its operators look for.
 */
export function shaped<S extends z.ZodType>(
  schema: S,
  body: unknown,
  answered: string,
  effect: "read" | "write" = "read",
  reference?: string,
): z.infer<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".");
  throw unexpected(answered, `${field ? `${field}: ` : ""}${issue?.message ?? "invalid"}`, effect, reference);
}

/** What is thrown for a reply that nobody expected; `what` never holds the reply's own values. */
export function unexpected(
  answered: string,
  what: string,
  effect: "read" | "write" = "read",
  reference?: string,
): Error {
  const named = reference === undefined ? "" : ` Its reference: ${reference}.`;
  const wrong = `${answered} something unexpected (${what}).${named}`;
  return effect === "write"
    ? new UnknownOutcomeError(
        "unexpected_reply",
        `${wrong} Check what became of it before anything is repeated.`,
      )
    : new TerminalError(
        "unexpected_reply",
        `${wrong} The system may be another version, or something else answers at its address. An operator looks at it.`,
      );
}
