import { z } from "zod";
import { shaped } from "../shape.ts";
import { type Flight, flights } from "./requester.ts";
import { inWords } from "./words.ts";

/** One call: its limits beside it, its reply checked, its refusal in words. `doing` names it: `Reading !482`. */
export async function call<S extends z.ZodType>(
  doing: string,
  flight: Flight,
  schema: S,
  send: () => Promise<unknown>,
): Promise<z.infer<S>> {
  try {
    return shaped(schema, await flights.run(flight, send), `${doing}: GitLab's reply`, flight.effect);
  } catch (error) {
    throw inWords(error, doing);
  }
}

/** Rows of one page: what a list reads at most. */
export const pageRows = 100;

/** A page of rows with GitLab's count, which it leaves out above 10,000. */
export const listed = <S extends z.ZodType>(row: S) =>
  z.object({ data: z.array(row), paginationInfo: z.object({ total: z.number().or(z.nan()) }) });
