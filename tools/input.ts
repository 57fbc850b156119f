import { z } from "zod";

/** Text of an argument; numbers are taken as they are written, since models and forms give both. */
export const words = (what: string, charsMax = 300) =>
  z
    .preprocess(
      (value) => (typeof value === "number" ? String(value) : value),
      z.string().trim().min(1, "is empty").max(charsMax),
    )
    .describe(what);

/** Checks canonical arguments again where they are used: what `run` gets was stored in between. */
export function canonical<S extends z.ZodType>(schema: S, args: unknown): z.infer<S> {
  return schema.parse(args);
}

/** An argument as words, where it was given; for steps and for arguments that were checked before. */
export const said = (value: unknown): string | undefined =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;

/** How much an answer tells. `full` names what it then holds. */
export const detail = (full: string) => z.enum(["short", "full"]).describe(`full: ${full}`).optional();
