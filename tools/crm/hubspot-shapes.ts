import { z } from "zod";
import type { Deal, Owner, Pipeline } from "./port.ts";

/** HubSpot's replies, as far as they are used; what is not named here is dropped. All property values are strings. */

const text = z.string().nullish();

export const recordShape = z.object({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()),
  createdAt: z.string(),
  updatedAt: z.string(),
});

const linked = z.object({ results: z.array(z.object({ id: z.string() })) }).optional();

export const linkedRecordShape = recordShape.extend({
  associations: z.object({ companies: linked, contacts: linked, notes: linked }).optional(),
});

export const searchShape = z.object({ total: z.int(), results: z.array(recordShape) });
export const batchShape = z.object({ results: z.array(recordShape) });
export const linksShape = z.object({
  results: z.array(z.object({ toObjectId: z.union([z.string(), z.number()]).transform(String) })),
});

export const ownersShape = z.object({
  results: z.array(z.object({ id: z.string(), email: text, firstName: text, lastName: text })),
});

export const pipelinesShape = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      displayOrder: z.number().optional(),
      stages: z.array(
        z.object({
          id: z.string(),
          label: z.string(),
          displayOrder: z.number(),
          metadata: z.record(z.string(), z.string().nullish()).optional(),
        }),
      ),
    }),
  ),
});

/** Properties asked for by name; without, HubSpot leaves most out. */
export const dealProperties = [
  "dealname",
  "pipeline",
  "dealstage",
  "amount",
  "deal_currency_code",
  "closedate",
  "hubspot_owner_id",
];

export function dealOf(record: z.infer<typeof recordShape>): Deal {
  const { properties: given } = record;
  const amount = given["amount"] ? Number(given["amount"]) : Number.NaN;
  return {
    id: record.id,
    name: given["dealname"] ?? `deal ${record.id}`,
    pipelineId: given["pipeline"] ?? "default",
    stageId: given["dealstage"] ?? "",
    amount: Number.isFinite(amount) ? amount : undefined,
    currency: given["deal_currency_code"] ?? undefined,
    closeDate: dayOf(given["closedate"]),
    ownerId: given["hubspot_owner_id"] ?? undefined,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
}

/** HubSpot gives moments as ISO 8601, in older portals as milliseconds. */
function dayOf(moment: string | null | undefined): string | undefined {
  if (!moment) return undefined;
  const at = /^\d+$/.test(moment) ? Number(moment) : Date.parse(moment);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().slice(0, 10);
}

export const ownersOf = (reply: z.infer<typeof ownersShape>): Owner[] =>
  reply.results.map(({ id, email, firstName, lastName }) => ({
    id,
    name: [firstName, lastName].filter((part) => part).join(" ") || email || `owner ${id}`,
    email: email ?? undefined,
  }));

export const pipelinesOf = (reply: z.infer<typeof pipelinesShape>): Pipeline[] =>
  reply.results
    .toSorted((a, b) => (a.displayOrder ?? 0) - (b.displayOrder ?? 0))
    .map(({ id, label, stages }) => ({
      id,
      label,
      stages: stages
        .toSorted((a, b) => a.displayOrder - b.displayOrder)
        .map((stage) => ({
          id: stage.id,
          label: stage.label,
          closed: stage.metadata?.["isClosed"] === "true",
        })),
    }));

/** Notes are HTML, often pasted mail: only their words are wanted. */
export const wordsOfHtml = (html: string): string =>
  html
    .slice(0, 20_000)
    .replaceAll(/<(?:br|\/p|\/div|\/li)\b[^<>]*>/gi, "\n")
    .replaceAll(/<[^<>]*>/g, "")
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };

export const htmlOfWords = (words: string): string =>
  words.replaceAll(/[&<>"']/g, (sign) => `&${signs[sign] ?? "amp"};`);

const signs: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };
