export const periods = ["this_month", "next_month", "this_quarter", "next_quarter", "this_year"] as const;
export type Period = (typeof periods)[number];

const months: Record<Period, number> = {
  this_month: 1,
  next_month: 1,
  this_quarter: 3,
  next_quarter: 3,
  this_year: 12,
};

const day = (year: number, month: number, date: number): string =>
  new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10);

/** The first and the last day of a calendar period, `YYYY-MM-DD`. */
export function periodOf(period: Period, now: Date): { from: string; to: string } {
  const length = months[period];
  const ahead = period.startsWith("next") ? length : 0;
  const start = Math.floor(now.getUTCMonth() / length) * length + ahead;
  return { from: day(now.getUTCFullYear(), start, 1), to: day(now.getUTCFullYear(), start + length, 0) };
}
