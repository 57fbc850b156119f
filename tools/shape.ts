import type { z } from "zod";
import { TerminalError, UnknownOutcomeError } from "../src/core/errors.ts";

/**
 * A system's reply as the fields we use. Throws where it has another shape, naming the field, never its value; of a
 * write that makes the outcome unknown, since the system did accept it.
 */
export function shaped<S extends z.ZodType>(
  schema: S,
  body: unknown,
  what: string,
  effect: "read" | "write" = "read",
): z.infer<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".");
  const wrong = `${what} came back in a shape that Steward does not know (${field ? `${field}: ` : ""}${issue?.message ?? "invalid"}).`;
  throw effect === "write"
    ? new UnknownOutcomeError(
        "unexpected_reply",
        `${wrong} Check what became of it before anything is repeated.`,
      )
    : new TerminalError(
        "unexpected_reply",
        `${wrong} The system may be another version, or something else answers at its address. An operator looks at it.`,
      );
}
