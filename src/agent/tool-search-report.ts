import { parse } from "yaml";
import { z } from "zod";
import type { Tool } from "../core/tool.ts";
import { toolSearch } from "./tool-search.ts";

const requestsSchema = z
  .array(z.strictObject({ ask: z.string().min(1), tools: z.array(z.string()).min(1) }))
  .min(1);

/** What somebody looks for in plain words, and the tools of which any one is right. */
export type SearchRequest = z.infer<typeof requestsSchema>[number];

/** Reads a file of requests. Throws with what is wrong in it. */
export const parseRequests = (text: string): SearchRequest[] => requestsSchema.parse(parse(text));

/** How often a right tool is among the first so many that the search finds. */
export interface SearchReport {
  requests: number;
  tools: number;
  /** Shares, by how many results are looked at. */
  recall: { at1: number; at3: number; at5: number };
  /** Requests whose tool was not among the first five. */
  missed: string[];
}

/** Measures the search over all tools, by requests that it was not made with. */
export function reportSearch(tools: readonly Tool[], requests: readonly SearchRequest[]): SearchReport {
  const search = toolSearch(tools);
  const names = new Set(tools.map(({ name }) => name));
  const places = requests.map(({ ask, tools: wanted }) => {
    const place = search.find(ask, names, 5).findIndex((name) => wanted.includes(name));
    return { ask, place: place < 0 ? Infinity : place };
  });
  const share = (most: number) =>
    Math.round((1000 * places.filter(({ place }) => place < most).length) / places.length) / 1000;
  return {
    requests: requests.length,
    tools: tools.length,
    recall: { at1: share(1), at3: share(3), at5: share(5) },
    missed: places.filter(({ place }) => place === Infinity).map(({ ask }) => ask),
  };
}
