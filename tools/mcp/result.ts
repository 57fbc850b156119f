import type { Json, JsonObject } from "../../src/core/json.ts";
import { maskSecrets } from "../../src/http/mask.ts";
import { fenced, line, visible } from "../text.ts";
import type { Answer } from "./session.ts";

/** Characters of an answer that are shown: about 4,000 tokens at the worst. */
const answerCharsMax = 12_000;

const stringOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** One part of an answer as text; what is not text is named. */
const partText = (part: Answer["content"][number]): string => {
  switch (part.type) {
    case "text":
      return stringOf(part["text"]);
    case "resource": {
      const resource = part["resource"] as { text?: unknown; uri?: unknown } | undefined;
      return stringOf(resource?.text) || `[a file that is not text: ${line(stringOf(resource?.uri), 200)}]`;
    }
    case "resource_link":
      return `[a file: ${line(stringOf(part["name"]), 100)}, ${line(stringOf(part["uri"]), 300)}]`;
    default:
      return `[${line(part.type, 20)}, which is not shown here]`;
  }
};

/** An answer as one text. Structure and text say the same by the protocol: where there is text, it is the one. */
export const answerText = ({ content, structuredContent }: Answer): string => {
  const text = content
    .map(partText)
    .filter((part) => part !== "")
    .join("\n\n");
  if (text !== "") return text;
  return structuredContent === undefined ? "" : JSON.stringify(structuredContent, null, 1);
};

/** An answer for code: its structure, else its text where that is JSON, else the text itself. */
export const answerData = (answer: Answer): Json => {
  if (answer.structuredContent !== undefined) return answer.structuredContent as JsonObject;
  const text = answerText(answer);
  try {
    return JSON.parse(text) as Json;
  } catch {
    return { text };
  }
};

/** Text of a server, as data: nothing in it can pass for Steward's own words, and it is said where it was cut. */
export const shownAnswer = (text: string, narrower: string): string => {
  const seen = maskSecrets(visible(text).trim());
  if (seen === "") return "It answered nothing.";
  if (seen.length <= answerCharsMax) return fenced(seen);
  return `${fenced(seen.slice(0, answerCharsMax))}\n\nShown are ${answerCharsMax} of ${seen.length} characters. ${narrower}`;
};
