import type { Person } from "./types.ts";

/** Something that can stand in the message field. */
export interface Suggestion {
  /** What is shown, and what it is for. */
  readonly label: string;
  readonly about: string;
  /** The field's whole text when it is taken. */
  readonly text: string;
}

/** What `/steward` understands, by example. */
const COMMANDS: readonly (readonly [text: string, about: string])[] = [
  ["/steward ", "Ask in plain words; the answer comes in direct messages"],
  ["/steward approvals", "What waits for you, and what you asked for"],
  ["/steward do ", "One tool without a model: do <tool> name=value"],
  ["/steward help", "All commands and tools"],
];

/** What could be meant by what was typed so far: commands at the beginning, people behind an @. */
export function suggest(text: string, people: readonly Person[]): readonly Suggestion[] {
  if (text.startsWith("/")) {
    return COMMANDS.filter(([command]) => command.startsWith(text) && command !== text).map(
      ([command, about]) => ({
        label: command.trim(),
        about,
        text: command,
      }),
    );
  }
  const typed = /(?:^|\s)@([\w.-]*)$/.exec(text)?.[1];
  if (typed === undefined) return [];
  const before = text.slice(0, text.length - typed.length);
  // The bot first: it is the one to be mentioned most.
  return people
    .toSorted((a, b) => Number(b.bot) - Number(a.bot))
    .filter((one) => one.name.startsWith(typed.toLowerCase()) && one.name !== typed)
    .slice(0, 6)
    .map((one) => ({ label: `@${one.name}`, about: one.real_name, text: `${before}${one.name} ` }));
}
