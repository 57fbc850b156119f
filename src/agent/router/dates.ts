import { en, type ParsedResult } from "chrono-node";
import { claim, type Reading, scan, skip } from "./blank.ts";
import type { Clock } from "./types.ts";

/** Words that chrono reads as a point in time and people mean as "at once" or "wait a moment". */
const fillers =
  /\b(?:right now|just now|right away|now|today|at the moment|currently|(?:a|one) (?:sec|second|minute|moment))\b/giu;

/**
 * Recurrences and periods, which chrono reads as one point ("every Monday" as a single day, "this quarter" as
 * today): taken first, and never turned into a date.
 */
const periods =
  /\b(?:every|each)\s+(?:other\s+|second\s+|\d+\s+)?(?:minutes?|hours?|days?|weekdays?|nights?|weeks?|months?|quarters?|years?|mornings?|evenings?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b|\b(?:hourly|daily|weekly|monthly|quarterly|yearly)\b|\b(?:this|last|next|past|current|previous|coming)\s+(?:\d+\s+)?(?:days?|weeks?|months?|quarters?|years?)\b|\b(?:q[1-4]|h[12])(?:\s+(?:20)?\d\d)?\b|\b(?:older|newer|more|less) than (?:an?|\d+) (?:days?|weeks?|months?|years?)\b|\bsince \w+\b|\bbetween\b.{1,40}\band \w+/giu;

const iso = (year: number, month: number, day: number): string =>
  `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

/** Noon of the person's own day as a local time of this process: chrono then reads alike in every zone. */
function localNoon(clock: Clock): Date {
  const { now, timezone } = clock;
  if (timezone === undefined) return new Date(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), 12);
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" });
  const [year = 1970, month = 1, day = 1] = parts.format(now).split("-").map(Number);
  return new Date(year, month - 1, day, 12);
}

/** "two weeks" or "2 weeks later" may count from another day than today, and "2 days ago" is over. */
const duration = /\b(?:days?|weeks?|months?|years?)\b/iu;
const fromToday = /^(?:in|within)\b|\bfrom (?:now|today)\b/iu;

/** A date is exact when the words fix its day; "in March" and "at 5 pm" are not, nor is 3/4/2027, read both ways. `noon` is today's. */
function isExact(result: ParsedResult, noon: Date): boolean {
  const slashed = /^(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}$/u.exec(result.text.trim());
  if (slashed !== null && Number(slashed[1]) <= 12 && Number(slashed[2]) <= 12 && slashed[1] !== slashed[2])
    return false;
  if (result.end !== null && result.end !== undefined) return false;
  if (duration.test(result.text) && !fromToday.test(result.text)) return false;
  if (result.start.isCertain("day")) return true;
  // On a Friday, "friday" may be this one or the next.
  if (!result.start.isCertain("weekday")) return false;
  return result.start.get("weekday") !== noon.getDay() || /\bnext\b/iu.test(result.text);
}

/** `end of month`, `end of the quarter`, `eoy`: the last day of the running one. */
const ends = /\b(?:end of (?:the |this )?(month|quarter|year)|eo([mqy]))\b/giu;

function lastDay(unit: string, noon: Date): string {
  const year = noon.getFullYear();
  const month = noon.getMonth();
  const letter = unit[0]?.toLowerCase();
  const last = letter === "y" ? 12 : letter === "q" ? Math.floor(month / 3) * 3 + 3 : month + 1;
  return iso(year, last, new Date(year, last, 0).getDate());
}

/**
 * Days in plain English, always in the future where the year is left out (chrono-node, day before month).
 * What is no single day (periods, recurrences, times of day, both-ways dates) becomes a `period` mention,
 * so that nobody takes it for one.
 */
export function findDates(reading: Reading, clock: Clock): void {
  const noon = localNoon(clock);
  scan(reading, ends, (match) => {
    const end = match.index + match[0].length;
    claim(reading, {
      kind: "date",
      start: match.index,
      end,
      value: lastDay(match[1] ?? match[2] ?? "m", noon),
    });
  });
  scan(reading, periods, (match) => {
    claim(reading, {
      kind: "period",
      start: match.index,
      end: match.index + match[0].length,
      value: match[0],
    });
  });
  const today: [number, number][] = [];
  const searched: Reading = { ...reading, mentions: reading.mentions };
  scan(searched, fillers, (match) => {
    if (match[0].toLowerCase() === "today") today.push([match.index, match.index + 5]);
    skip(searched, match.index, match.index + match[0].length);
  });
  for (const result of en.GB.parse(searched.rest, noon, { forwardDate: true })) {
    // A lone "may", "sun" or "mar" is a word more often than a date; "in 5" is no time at all.
    if (/^(?:in )?(?:may|mar|sun|sat|sec|dec|\d+)$/u.test(result.text)) continue;
    const start = result.index;
    const end = start + result.text.length;
    const { start: at } = result;
    const value = iso(at.get("year") ?? 0, at.get("month") ?? 0, at.get("day") ?? 0);
    if (isExact(result, noon)) claim(reading, { kind: "date", start, end, value });
    else claim(reading, { kind: "period", start, end, value: result.text });
  }
  // "today" is a day only where one is asked for ("close date today"); elsewhere it means "now".
  for (const [start, end] of today) {
    if (!/\b(?:close|closes|closing|date|due|by|on|to)\s+$/iu.test(reading.rest.slice(0, start))) continue;
    claim(reading, {
      kind: "date",
      start,
      end,
      value: iso(noon.getFullYear(), noon.getMonth() + 1, noon.getDate()),
    });
  }
}
