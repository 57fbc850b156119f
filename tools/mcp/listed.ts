import canonicalize from "canonicalize";
import { z } from "zod";

/** What of a server's own claims about a tool is looked at. */
const hintsSchema = z.object({
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
  idempotentHint: z.boolean().optional(),
  openWorldHint: z.boolean().optional(),
});

/** A tool as its server lists it: what is pinned, and nothing else of it. */
const listedSchema = z.object({
  name: z.string().min(1).max(128),
  title: z.string().max(500).optional(),
  description: z.string().max(20_000).optional(),
  inputSchema: z.record(z.string(), z.json()),
  outputSchema: z.record(z.string(), z.json()).optional(),
  annotations: hintsSchema.optional(),
});
export type Listed = z.infer<typeof listedSchema>;

/** Characters of one definition; a larger one is not a tool that anybody has read. */
const definitionCharsMax = 64_000;
const depthMax = 24;

const depth = (value: unknown): number => {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depth));
};

/** The exact definition, to be compared: any change of it makes another text. */
export const definitionText = (listed: Listed): string => canonicalize(listed) ?? "";

/** Why a definition is not taken at all; nothing where it may be. */
export const unfit = (listed: Listed): string | undefined => {
  const text = JSON.stringify(listed);
  if (text.length > definitionCharsMax) return `its definition has ${text.length} characters`;
  // The text is bounded, so this walk is too.
  if (depth(listed.inputSchema) > depthMax) return "its arguments are nested too deeply";
  return undefined;
};

/** The tools of one page of `tools/list`; what has no shape of a tool is left out. */
export const listedTools = (tools: readonly unknown[]): Listed[] =>
  tools.flatMap((tool) => {
    const parsed = listedSchema.safeParse(tool);
    return parsed.success ? [parsed.data] : [];
  });
