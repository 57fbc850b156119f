/** A moment that Slack shows in the reader's own zone and language. */
export interface Moment {
  /** Unix seconds. */
  timestamp: number;
  /** Slack's tokens. */
  format: string;
  /** The text as it was written. */
  fallback: string;
}

/**
 * A day, a space or T, a time, and its zone: only then it is a moment. A day alone is one too, as long as it is no part
 * of a name, a path or a longer time.
 */
const written =
  /(?<![\w./:-])(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z| ?UTC|[+-]\d{2}:?\d{2}))?(?![\w/-]|:\d|[T ]\d{2}:|\.\w)/g;

/** At this hour, UTC, the day is the same one in all zones from -10 to +13. */
const middayHour = 10;

const momentOf = (match: RegExpExecArray): Moment | undefined => {
  const [fallback, year, month, day, hour, minute, second = "00", zone] = match;
  const date = `${year}-${month}-${day}`;
  const offset = zone === undefined || zone.endsWith("UTC") ? "Z" : zone.replace(/(\d{2})(\d{2})$/, "$1:$2");
  const time = hour === undefined ? `${middayHour}:00:00` : `${hour}:${minute}:${second}`;
  const milliseconds = Date.parse(`${date}T${time}${offset}`);
  // Slack knows no moments before 1970; a day that is none (the 31st of June) is text.
  if (!(milliseconds > 0) || !isDay(date)) return undefined;
  return {
    timestamp: Math.floor(milliseconds / 1000),
    format: hour === undefined ? "{date_short}" : "{date_short_pretty}, {time}",
    fallback,
  };
};

const isDay = (date: string): boolean => new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);

/** A text with its ISO dates and times taken out as moments, in order. */
export const momentsIn = (text: string): (string | Moment)[] => {
  const parts: (string | Moment)[] = [];
  let from = 0;
  for (const match of text.matchAll(written)) {
    const moment = momentOf(match);
    if (moment === undefined) continue;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(moment);
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
};
