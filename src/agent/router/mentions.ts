import { type Reading, startReading } from "./blank.ts";
import { findCatalogueNames, findStages } from "./catalogue-mentions.ts";
import { findDates } from "./dates.ts";
import { findGitLab, findNumbers } from "./gitlab-mentions.ts";
import { findMoney } from "./money.ts";
import type { Catalogue, Clock } from "./types.ts";

/**
 * Slack's markup undone (links become their labels, addresses of GitLab stay), mentions taken off the front, one
 * line, single spaces.
 */
export const plainText = (text: string): string =>
  text
    .replace(/^(?:\s*<@[UW]\w+(?:\|[^>]*)?>[,:]?)+/u, "")
    .replaceAll(/<(https?:[^|>]*\/-\/[^|>]*)(?:\|[^>]*)?>/gu, "$1")
    .replaceAll(/<(?:https?|mailto):[^|>]*\|([^>]*)>/gu, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll(/[‘’]/gu, "'")
    .replaceAll(/[“”]/gu, '"')
    .replaceAll(/\s+/gu, " ")
    .trim();

/**
 * Everything in a sentence that has a shape or a known name. The order is the rule of precedence: addresses and
 * numbered things, the catalogue's names, money, dates, what is left of the numbers, stages.
 */
export function readMentions(text: string, catalogue: Catalogue, clock: Clock): Reading {
  const reading = startReading(plainText(text));
  findGitLab(reading);
  findCatalogueNames(reading, catalogue);
  findMoney(reading);
  findDates(reading, clock);
  findNumbers(reading);
  findStages(reading, catalogue);
  reading.mentions.sort((a, b) => a.start - b.start);
  return reading;
}
