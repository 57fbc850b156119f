import type { JsonObject } from "../../core/json.ts";
import { type Draft, has, type Scalar, type SlotTool, startDraft } from "./draft.ts";
import { conditionsIn, repeatsIn, restrictionsIn, withoutGreen } from "./guards.ts";
import { fitting, takers, takingOrder } from "./takers.ts";
import type { Catalogue, Clock, MentionKind } from "./types.ts";

/** Arguments read from a sentence. Complete, and safe to use, only where both lists are empty. */
export interface Extracted {
  args: JsonObject;
  /** Arguments the schema asks for, or that the sentence gives twice, by name. */
  missing: string[];
  /** Words that no argument holds though they change what is asked for. */
  unplaced: string[];
  /** Of a missing argument that the sentence gives several times or by a name that several have: what it could be. */
  candidates: Record<string, Scalar[]>;
}

function missingOf(tool: SlotTool, args: JsonObject): string[] {
  const parsed = tool.input.safeParse(args);
  if (parsed.success) return [];
  const named = parsed.error.issues.flatMap(({ path }) => (path[0] === undefined ? [] : [String(path[0])]));
  return named.length > 0 ? named : Object.keys(tool.slots).filter((arg) => !(arg in args));
}

/** Things that say what a call is about; a read of another thing than the named one would be wrong. */
const things: readonly MentionKind[] = [
  "project",
  "group",
  "merge_request",
  "pipeline",
  "job",
  "issue",
  "deal",
  "email",
  "link",
];

const texts = (pieces: Iterable<{ text: string }>): string[] => [...pieces].map(({ text }) => text);

/** Of a write everything must be placed: a word that was not understood may have changed it. */
function unplacedInWrite(draft: Draft): string[] {
  const text = has(draft.tool, "flag:when_green") ? withoutGreen(draft.text) : draft.text;
  const words = [...conditionsIn(text), ...repeatsIn(text)];
  return [...texts(draft.mentions), ...draft.quoted, ...texts(draft.runs), ...words];
}

/** A read of one named thing shows all of it: only another thing's name would make it wrong. */
function unplacedInLookUp(draft: Draft): string[] {
  const left = [...draft.mentions].filter(({ kind }) => things.includes(kind));
  return [...texts(left), ...draft.quoted, ...texts([...draft.runs].filter(({ capital }) => capital))];
}

/** A search must not silently drop what narrows it. */
function unplacedInSearch(draft: Draft): string[] {
  const people = [...draft.people].map(({ name }) => name);
  const runs = [...draft.runs].filter(({ capital, before }) => capital || before !== "");
  return [
    ...texts(draft.mentions),
    ...draft.quoted,
    ...people,
    ...texts(runs),
    ...restrictionsIn(draft.text),
  ];
}

function unplacedOf(draft: Draft): string[] {
  if (draft.tool.effect !== "read") return unplacedInWrite(draft);
  const needsSomething = !draft.tool.input.safeParse({}).success;
  return needsSomething ? unplacedInLookUp(draft) : unplacedInSearch(draft);
}

/**
 * Reads a tool's arguments from a sentence by patterns, catalogue and dates. It chooses nothing: what is said
 * twice or fits two entries is missing, and what no argument holds is unplaced.
 */
export function extractSlots(text: string, tool: SlotTool, catalogue: Catalogue, clock: Clock): Extracted {
  const draft = startDraft(text, tool, catalogue, clock);
  const args: JsonObject = {};
  const candidates: Record<string, Scalar[]> = {};
  const slots = Object.entries(tool.slots).sort(
    ([, a], [, b]) => takingOrder.indexOf(a) - takingOrder.indexOf(b),
  );
  for (const [arg, kind] of slots) {
    const found = takers[kind](draft, arg);
    const [value, second] = found;
    if (second !== undefined) candidates[arg] = found.map((one) => fitting(tool, arg, one));
    else if (value !== undefined) args[arg] = fitting(tool, arg, value);
  }
  return {
    args,
    missing: [...new Set([...Object.keys(candidates), ...missingOf(tool, args)])],
    unplaced: [...new Set(unplacedOf(draft))],
    candidates,
  };
}

/** Complete: the arguments pass the schema, and nothing that was said is lost. */
export const isComplete = ({ missing, unplaced }: Pick<Extracted, "missing" | "unplaced">): boolean =>
  missing.length === 0 && unplaced.length === 0;
