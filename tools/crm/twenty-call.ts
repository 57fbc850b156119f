import type { RestSystem } from "./rest-call.ts";

/** Where Twenty is; a trailing slash does not matter. */
export interface TwentySettings {
  url: string;
}

export const twentySystem = ({ url }: TwentySettings): RestSystem => ({
  name: "Twenty",
  url,
  meanings: {
    400: "Twenty did not accept the values.",
    401: "Twenty does not accept Steward's key. An operator renews it (TWENTY_TOKEN).",
    403: "The role of Steward's key in Twenty does not allow this. A Twenty admin gives it.",
    404: "Twenty knows no such record, or Steward may not see it.",
    429: "Twenty asks for a pause: too many requests.",
  },
  explain,
});

/** Of an error body only its messages. */
function explain(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { messages, error } = body as Record<string, unknown>;
  const told = Array.isArray(messages) ? messages.filter((one) => typeof one === "string") : [];
  const parts = told.length > 0 ? told : typeof error === "string" ? [error] : [];
  return parts.length === 0 ? undefined : parts.join(", ");
}
