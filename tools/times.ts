/** Moments in people's words, beside the exact time. */

const units: readonly [name: string, seconds: number][] = [
  ["day", 86_400],
  ["h", 3600],
  ["min", 60],
];

/** `12 min`, `3 h`, `1 day`, `14 days`; under a minute `moments`. A system may send what is no moment: said so. */
export function age(from: string, now: Date): string {
  const at = Date.parse(from);
  if (Number.isNaN(at)) return "an unknown time";
  const seconds = Math.max(0, (now.getTime() - at) / 1000);
  for (const [name, size] of units) {
    const whole = Math.floor(seconds / size);
    if (whole >= 1) return `${whole} ${name}${name === "day" && whole > 1 ? "s" : ""}`;
  }
  return "moments";
}

/** `12 min ago`. */
export const ago = (from: string, now: Date): string => `${age(from, now)} ago`;

/**
 * `2026-11-20T13:05Z`: a moment as text that people in several zones read. Slack shows it to each in their own; models
 * reckon with it.
 */
export const moment = (at: string): string =>
  Number.isNaN(Date.parse(at)) ? "an unknown time" : `${new Date(at).toISOString().slice(0, 16)}Z`;
