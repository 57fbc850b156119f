import type { ModelRequest } from "./request.ts";

/**
 * Fills a scripted text: `{{user}}` is the last user message, `{{tool}}` the newest tool answer, and
 * `{{tool.items.0.title}}` a value inside it where it is JSON. What is not there becomes `(none)`.
 */
export function fill(text: string, request: ModelRequest): string {
  return text.replace(/\{\{(user|tool)((?:\.[\w-]+)*)\}\}/g, (_, what: string, path: string) => {
    if (what === "user") return request.user;
    const content = request.toolResults.at(-1)?.content ?? "(none)";
    return path === "" ? content : inside(content, path.slice(1).split("."));
  });
}

function inside(content: string, steps: readonly string[]): string {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return "(none)";
  }
  for (const step of steps) {
    if (typeof value !== "object" || value === null) return "(none)";
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "(none)");
}
