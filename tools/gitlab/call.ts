import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { shaped, unexpected } from "../shape.ts";
import { type Flight, flights } from "./requester.ts";
import { inWords } from "./words.ts";

/** One call: its limits beside it, its reply checked, its refusal in words. `doing` names it: `Reading !482`. */
export async function call<S extends z.ZodType>(
  doing: string,
  flight: Flight,
  schema: S,
  send: () => Promise<unknown>,
): Promise<z.infer<S>> {
  const answered = `${doing}: GitLab answered`;
  let body: unknown;
  try {
    body = await flights.run(flight, send);
  } catch (error) {
    // The client takes replies apart, and breaks on what is no reply of GitLab's.
    if (flight.answered !== undefined && !(error instanceof StewardError))
      throw unexpected(answered, "not what its client can read", flight.effect, flight.answered.reference);
    throw inWords(error, doing);
  }
  return shaped(schema, body, answered, flight.effect, flight.answered?.reference);
}

/** The limits of a read on behalf of this call. */
export const reading = ({ signal }: CallContext): Flight => ({ signal });

/** The limits of a write. */
export const writing = ({ signal }: CallContext): Flight => ({ signal, effect: "write" });

/** Rows of one page: what a list reads at most. */
export const pageRows = 100;

/** A page of rows with GitLab's count, which it leaves out above 10,000. */
export const listed = <S extends z.ZodType>(row: S) =>
  z.object({ data: z.array(row), paginationInfo: z.object({ total: z.number().or(z.nan()) }) });
