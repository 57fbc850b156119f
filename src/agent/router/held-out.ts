import { parse } from "yaml";
import { z } from "zod";
import { TerminalError } from "../../core/errors.ts";

const lines = z.array(z.string().min(1)).min(1);
const heldOut = z.strictObject({ in_scope: z.record(z.string(), lines), out_of_scope: lines });

/**
 * Lines the router is measured on and never trained on: by tool (`a or b`: either answers them), and those that belong
 * to none.
 */
export type HeldOut = z.infer<typeof heldOut>;

/** The tools that answer the lines of a key. */
export const rightTools = (key: string): string[] => key.split(" or ");

/**
 * Reads `evals/router/held-out.yml` and the like; `file` names it in errors.
 * Throws a TerminalError with every problem and its place.
 */
export function parseHeldOut(yaml: string, file: string): HeldOut {
  const result = heldOut.safeParse(readYaml(yaml, file));
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `  ${path.join(".") || "file"}: ${message}`,
  );
  throw new TerminalError(
    "bad_held_out",
    `${file} is no list of held-out lines:\n${problems.join("\n")}\nExpected: in_scope (tool name -> lines) and out_of_scope (lines).`,
  );
}

function readYaml(yaml: string, file: string): unknown {
  try {
    return parse(yaml);
  } catch (error) {
    throw new TerminalError("bad_held_out", `${file} is not YAML: ${String(error)}`, { cause: error });
  }
}
