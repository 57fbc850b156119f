import type { SlotKind } from "../../core/slots.ts";
import { quotedNames } from "./guards.ts";
import { skip } from "./blank.ts";
import { readMentions } from "./mentions.ts";
import { nameRuns, type NameRun } from "./names.ts";
import { peopleIn, type Who } from "./people.ts";
import type { Catalogue, Clock, Mention, RouterTool } from "./types.ts";

/** What slot reading needs of a tool. */
export type SlotTool = Pick<RouterTool, "slots" | "input" | "effect">;

/** A value that a sentence can give an argument. */
export type Scalar = string | number | boolean;

/** A sentence while its pieces are handed to arguments; what nobody took is left in the sets. */
export interface Draft {
  text: string;
  tool: SlotTool;
  mentions: Set<Mention>;
  /** Names in quotes. */
  quoted: Set<string>;
  /** Words that can only be names. */
  runs: Set<NameRun>;
  people: Set<Who>;
}

/** Whether the tool has an argument of one of these kinds. */
export const has = (tool: SlotTool, ...kinds: SlotKind[]): boolean =>
  Object.values(tool.slots).some((kind) => kinds.includes(kind));

/** Reads a sentence into its pieces, none of them taken yet. */
export function startDraft(text: string, tool: SlotTool, catalogue: Catalogue, clock: Clock): Draft {
  const reading = readMentions(text, catalogue, clock);
  const quoted = quotedNames(reading.rest);
  for (const { start, end } of quoted) skip(reading, start, end);
  const runs = nameRuns(reading);
  const people = has(tool, "person_me") ? peopleIn(reading.text, reading.mentions, runs) : [];
  return {
    text: reading.text,
    tool,
    mentions: new Set(reading.mentions),
    quoted: new Set(quoted.map(({ name }) => name)),
    runs: new Set(runs),
    people: new Set(people),
  };
}
