import type { Entry } from "./port.ts";

/** Said on a ticket where an issue is linked: a CRM has no field for it that all share. */
const said = "Linked issue: ";

export const linkText = (url: string): string => `${said}${url}`;

/** Addresses of issues that entries name as linked, newest first; anybody may have written them. */
export const issuesIn = (entries: readonly Entry[]): string[] => [
  ...new Set(
    entries.flatMap(({ text }) =>
      text.split("\n").flatMap((row) => (row.startsWith(said) ? [row.slice(said.length).trim()] : [])),
    ),
  ),
];
