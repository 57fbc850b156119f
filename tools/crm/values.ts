import { z } from "zod";
import { number } from "../text.ts";
import type { Deal } from "./port.ts";

const scales: Record<string, number> = { "": 1, k: 1_000, m: 1_000_000, thousand: 1_000, million: 1_000_000 };

/** `48k`, `48,000`, `€ 48 000`, `1.5m` as a number; anything else as it came, for the schema to refuse. */
function readMoney(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const bare = value
    .trim()
    .toLowerCase()
    .replaceAll(/[€$£]|\b(?:eur|usd|gbp)\b/g, "")
    .trim();
  const found = /^(\d{1,3}(?:[, ]\d{3})+|\d+)(\.\d{1,2})?\s*(k|m|thousand|million)?$/.exec(bare);
  if (found === null) return value;
  const whole = Number(`${(found[1] ?? "").replaceAll(/[, ]/g, "")}${found[2] ?? ""}`);
  return Math.round(whole * (scales[found[3] ?? ""] ?? 1) * 100) / 100;
}

export const moneyInput = z.preprocess(
  readMoney,
  z
    .number({ error: "expected an amount such as 48000, 48,000 or 48k" })
    .min(0, "an amount is never negative")
    .max(1e12, "that is more than a deal can be"),
);

export const dateInput = z
  .string()
  .trim()
  .regex(/^\d{4}-\d\d-\d\d$/, "expected a date as YYYY-MM-DD, such as 2027-03-31")
  .refine((day) => {
    const at = new Date(`${day}T00:00:00Z`);
    return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
  }, "there is no such day in the calendar");

/** CRMs keep a moment for a day's task: its morning. */
export const dueAt = (day: string): Date => new Date(`${day}T09:00:00Z`);

/** From this amount on, old or new, a deal concerns more than its owner: R2. In the deal's currency. */
export const largeAmount = 100_000;

/** `48,000 EUR`; `none`. */
export const moneyWords = (amount: number | undefined, { currency }: Pick<Deal, "currency">): string =>
  amount === undefined ? "none" : `${number(amount)}${currency === undefined ? "" : ` ${currency}`}`;
