import { line } from "../text.ts";

/** Labels as people give them: separated by commas, each once. */
export const labelsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((label) => line(label, 60))
      .filter((label) => label !== ""),
  ),
];
