/** Times in a person's own zone, in the way Slack's date tokens ask for. */

const DATE = { day: "numeric", month: "short", year: "numeric" } as const;
const FORMS: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date_num: { day: "2-digit", month: "2-digit", year: "numeric" },
  date: { ...DATE, month: "long" },
  date_short: DATE,
  date_long: { ...DATE, month: "long", weekday: "long" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

const formats = new Map<string, Intl.DateTimeFormat>();
const format = (at: Date, form: string, zone: string): string => {
  const key = `${form}:${zone}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", { ...FORMS[form], timeZone: zone });
  formats.set(key, known);
  return known.format(at);
};

/** A clock time: 14:02. */
export const clock = (at: Date, zone: string): string => format(at, "time", zone);

/** A clock time with seconds: 14:02:11. */
export const preciseClock = (at: Date, zone: string): string => format(at, "time_secs", zone);

const dayOf = (at: Date, zone: string): string => format(at, "date_num", zone);

/** The day in words: today, yesterday, or the date. */
export function day(at: Date, zone: string, now = new Date(), form = "date"): string {
  const days = [
    ["today", 0],
    ["yesterday", -1],
    ["tomorrow", 1],
  ] as const;
  for (const [word, off] of days) {
    if (dayOf(at, zone) === dayOf(new Date(now.getTime() + off * 86_400_000), zone)) return word;
  }
  return format(at, form, zone);
}

/** Fills in Slack's date tokens (`{date_short_pretty} at {time}`); unknown ones stay as they are. */
export function dateTokens(at: Date, pattern: string, zone: string, now = new Date()): string {
  return pattern.replace(/\{(\w+)\}/g, (whole, token: string) => {
    const form = token.replace(/_pretty$/, "");
    if (FORMS[form] === undefined) return whole;
    return token.endsWith("_pretty") ? day(at, zone, now, form) : format(at, form, zone);
  });
}

/** How long ago, short: 12 s, 4 min, 2 h. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** Slack's ts as a moment. */
export const momentOf = (ts: string): Date => new Date(Number(ts) * 1000);
