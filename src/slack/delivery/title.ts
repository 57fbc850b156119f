import { inert } from "./checklist.ts";

const titleCharsMax = 60;

/** A short title for a conversation from its first request: its first line, cut between words. */
export const titleOf = (request: string): string => {
  const [line = ""] = request.trim().split("\n");
  const plain = inert(line.replaceAll(/[*_`~]/g, ""));
  if (plain.length <= titleCharsMax) return plain;
  const cut = plain.slice(0, titleCharsMax + 1);
  const at = cut.lastIndexOf(" ");
  return `${cut.slice(0, at > titleCharsMax / 2 ? at : titleCharsMax).trimEnd()}…`;
};
