import { maskSecrets } from "./mask.ts";

/** Characters of a system's own text that enter an error. */
const detailCharsMax = 300;

/** Field names under which systems put their words; GitLab's `message` may also be a map of field to problems. */
const usual = ["message", "error_description", "error", "detail", "title"] as const;

/** The system's words in an error body, for people; empty for HTML and for bodies without any. */
export function explainBody(
  text: string,
  contentType: string,
  explain: ((body: unknown) => string | undefined) | undefined,
): string {
  if (/html/i.test(contentType) || text.trimStart().startsWith("<")) return "";
  const words = (parse(text, explain) ?? "").replaceAll(/\s+/gu, " ").trim();
  const safe = maskSecrets(words);
  return safe.length > detailCharsMax ? `${safe.slice(0, detailCharsMax)}…` : safe.replace(/[.]$/, "");
}

function parse(
  text: string,
  explain: ((body: unknown) => string | undefined) | undefined,
): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return explain === undefined ? wordsOf(body) : explain(body);
  } catch {
    // Not JSON: an error in plain text is as good, where no reader of its own was given.
    return explain === undefined ? text : undefined;
  }
}

function wordsOf(body: unknown): string | undefined {
  if (typeof body === "string") return body;
  if (typeof body !== "object" || body === null) return undefined;
  const found = usual.flatMap((name) => {
    const value = (body as Record<string, unknown>)[name];
    if (typeof value === "string") return [value];
    return value === undefined || value === null ? [] : [JSON.stringify(value)];
  });
  return found.length === 0 ? undefined : [...new Set(found)].join(": ");
}
