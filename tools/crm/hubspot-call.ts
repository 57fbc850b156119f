import type { RestSystem } from "./rest-call.ts";

/** Where HubSpot is. Accounts are named with each request and signed at the last hop. */
export interface HubSpotSettings {
  /** A trailing slash does not matter. */
  url: string;
  /** Whose deals a person sees: their own, their team's and nobody's, or all. HubSpot does not tell who sees what. */
  sees?: "team" | "all";
}

export const hubSpotSystem = ({ url }: HubSpotSettings): RestSystem => ({
  name: "HubSpot",
  url,
  meanings: {
    400: "HubSpot did not accept the values.",
    401: "HubSpot does not accept Steward's token. An operator renews it (HUBSPOT_TOKEN).",
    403: "Steward's private app in HubSpot lacks a scope for this. A HubSpot admin gives it.",
    404: "HubSpot knows no such record, or Steward may not see it.",
    409: "It conflicts with what is in HubSpot, so nothing was changed.",
    429: "HubSpot asks for a pause: too many requests.",
  },
  explain,
});

/** Of an error body only its message, category and correlation id: the rest may repeat what was sent. */
function explain(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { message, category, correlationId } = body as Record<string, unknown>;
  const parts = [
    ...(typeof message === "string" ? [message] : []),
    ...(typeof category === "string" ? [category] : []),
    ...(typeof correlationId === "string" ? [`reference ${correlationId}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}
