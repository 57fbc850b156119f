import { claim, type Reading, scan } from "./blank.ts";

const ones: Record<string, number> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
const scales: Record<string, number> = { hundred: 100, thousand: 1_000, million: 1_000_000 };
const suffixes: Record<string, number> = {
  k: 1_000,
  thousand: 1_000,
  grand: 1_000,
  m: 1_000_000,
  mio: 1_000_000,
  million: 1_000_000,
};

const currency = String.raw`(?:€|\$|£|eur|euros?|usd|dollars?|gbp|pounds?|chf)`;
const digits = String.raw`\d{1,3}(?:[, ']\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d+)?`;
const figure = new RegExp(
  String.raw`(?<![\w.,/!#-])(?<before>${currency}\s?)?(?<number>${digits})\s?(?<suffix>k|m|mio|thousand|grand|million)?(?![\w/%]|[.,-]\d)(?<after>\s?${currency}(?!\w))?`,
  "giu",
);
const word = `(?:${[...Object.keys(ones), ...Object.keys(scales)].join("|")})`;
const spelt = new RegExp(
  String.raw`\b${word}(?:(?:[\s-]+|\s+and\s+)${word})*\b(?:\s+${currency}(?!\w))?`,
  "giu",
);

/** "twelve thousand five hundred" -> 12500; null where no scale word stands, since "two" alone is no money. */
function readWords(text: string): number | null {
  let total = 0;
  let part = 0;
  let scaled = false;
  for (const token of text.toLowerCase().split(/[\s-]+/u)) {
    const one = ones[token];
    const scale = scales[token];
    if (one !== undefined) part += one;
    else if (scale === 100) part = Math.max(part, 1) * 100;
    else if (scale !== undefined) {
      total += Math.max(part, 1) * scale;
      part = 0;
    }
    scaled ||= scale !== undefined;
  }
  return scaled ? total + part : null;
}

/** "48" and "k" -> 48000, rounded to cents so that 18.3k is exactly 18300. */
function readFigure(number: string, suffix: string | undefined): number {
  const plain = Number(number.replaceAll(/[, ']/gu, ""));
  return Math.round(plain * (suffixes[suffix?.toLowerCase() ?? ""] ?? 1) * 100) / 100;
}

/**
 * Amounts of money by own rules, because general readers take "twelve thousand dollars" for 12: `48k`, `€48,000`,
 * `1.2m`, `120000 eur`, `75,000`, `twelve thousand`. A bare number is no money here: the tool may decide so.
 */
export function findMoney(reading: Reading): void {
  scan(reading, figure, (match) => {
    const { before, number = "", suffix, after } = match.groups ?? {};
    const grouped = /\d[, ']\d{3}/u.test(number);
    if (before === undefined && after === undefined && suffix === undefined && !grouped) return;
    const end = match.index + match[0].length;
    claim(reading, { kind: "money", start: match.index, end, value: readFigure(number, suffix) });
  });
  scan(reading, spelt, (match) => {
    const value = readWords(match[0].replace(new RegExp(String.raw`\s+${currency}$`, "iu"), ""));
    if (value !== null)
      claim(reading, { kind: "money", start: match.index, end: match.index + match[0].length, value });
  });
}
