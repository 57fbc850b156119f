import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseDocument, reduce, type Reduced } from "./document.ts";

/** Changes whenever a reduced document is made another way. */
const format = "1";

const keptSchema = z.object({ operations: z.record(z.string(), z.looseObject({ op: z.string() })) });

/**
 * A document reduced to the wanted operations. A large one takes seconds to parse: what came of it is kept in `folder` by
 * the hash of its text, so that a start reads only that. Throws where it is no OpenAPI document.
 */
export function reducedText(
  system: string,
  text: string | Buffer,
  wanted: readonly string[],
  folder: string | undefined,
): Reduced {
  if (folder === undefined) return reduce(parseDocument(text.toString()), wanted);
  const hash = createHash("sha256").update(format).update(JSON.stringify(wanted)).update(text).digest("hex");
  const name = `${system}-${hash.slice(0, 32)}.json`;
  const kept = keptReduced(join(folder, name));
  if (kept !== undefined) return kept;
  const reduced = reduce(parseDocument(text.toString()), wanted);
  if (wanted.every((op) => reduced.operations[op] !== undefined)) {
    keep(folder, system, name, { operations: reduced.operations, known: [] });
  }
  return reduced;
}

function keptReduced(file: string): Reduced | undefined {
  try {
    const parsed = keptSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    return parsed.success
      ? { operations: parsed.data.operations as unknown as Reduced["operations"], known: [] }
      : undefined;
  } catch {
    return undefined;
  }
}

/** A folder that cannot be written to only makes the next start slower. */
function keep(folder: string, system: string, name: string, reduced: Reduced): void {
  try {
    mkdirSync(folder, { recursive: true });
    const half = join(folder, `${name}.${process.pid}.new`);
    writeFileSync(half, JSON.stringify(reduced));
    renameSync(half, join(folder, name));
    for (const other of readdirSync(folder)) {
      if (other.startsWith(`${system}-`) && other !== name && other.endsWith(".json"))
        rmSync(join(folder, other), { force: true });
    }
  } catch {
    // The document is parsed again next time.
  }
}
