import { quoted } from "../text.ts";
import { moment } from "../times.ts";
import type { Entry } from "./port.ts";

const entryCharsMax = 500;

/** Notes, calls and tasks as quotes, each with its moment: whatever others wrote stands inside. */
export const timelineText = (entries: readonly Entry[]): string[] =>
  entries.map((entry) => `${titleOf(entry)}:\n\n${quoted(entry.text, entryCharsMax)}`);

function titleOf({ kind, at, done }: Entry): string {
  if (kind === "note") return `Note of ${moment(at)}`;
  if (kind === "call") return `Call of ${moment(at)}`;
  return done ? `Task, done, due ${moment(at)}` : `Open task, due ${moment(at)}`;
}
