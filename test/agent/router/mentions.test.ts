import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMentions } from "../../../src/agent/router/mentions.ts";
import type { Catalogue, MentionKind } from "../../../src/agent/router/types.ts";

const now = new Date("2026-11-20T12:00:00Z");
const read = (text: string, kind: MentionKind, catalogue: Catalogue = {}, timezone = "UTC") =>
  readMentions(text, catalogue, { now, timezone })
    .mentions.filter((mention) => mention.kind === kind)
    .map(({ value }) => value);

describe("money", () => {
  it.each([
    ["12k", 12_000],
    ["18.3k", 18_300],
    ["€48,000", 48_000],
    ["48 000 eur", 48_000],
    ["1.2m EUR", 1_200_000],
    ["$2.5 million", 2_500_000],
    ["75,000", 75_000],
    ["120000 eur", 120_000],
    ["1,234,567.89", 1_234_567.89],
    ["twelve thousand dollars", 12_000],
    ["a hundred and fifty thousand", 150_000],
    ["twenty-five thousand", 25_000],
    ["two million", 2_000_000],
  ])("reads %s", (text, value) => expect(read(`set it to ${text} please`, "money")).toEqual([value]));

  it.each(["!482", "job 99120", "version 2.14.1", "40-50k", "two weeks", "30 June", "50%", "a1k", "12kg"])(
    "reads none in %s",
    (text) => expect(read(text, "money")).toEqual([]),
  );

  it("reads any amount in any usual writing", () => {
    const amount = fc.integer({ min: 1000, max: 999_999_999 });
    fc.assert(
      fc.property(amount, fc.constantFrom("€", "$", "£"), (value, sign) => {
        const grouped = value.toLocaleString("en-GB");
        expect(read(`worth ${sign}${value} now`, "money")).toEqual([value]);
        expect(read(`worth ${grouped} now`, "money")).toEqual([value]);
        expect(read(`worth ${value} eur`, "money")).toEqual([value]);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), (tenths) => {
        expect(read(`to ${tenths / 10}k, thanks`, "money")).toEqual([tenths * 100]);
      }),
    );
  });
});

describe("dates", () => {
  it.each([
    ["end of March", "2027-03-31"],
    ["14 March", "2027-03-14"],
    ["30 June 2028", "2028-06-30"],
    ["tomorrow", "2026-11-21"],
    ["next friday", "2026-11-27"],
    ["in 2 weeks", "2026-12-04"],
    ["eom", "2026-11-30"],
    ["end of the quarter", "2026-12-31"],
    ["31/03/2027", "2027-03-31"],
  ])("reads %s", (text, day) => expect(read(`close date ${text}`, "date")).toEqual([day]));

  it.each([
    "in March",
    "Q3",
    "this quarter",
    "next month",
    "every Monday",
    "3/4/2027",
    "friday",
    "two weeks later",
    "at 5pm",
    "between 1 March and 5 March",
  ])("makes no day of %s", (text) => {
    expect(read(`close date ${text}`, "date")).toEqual([]);
    expect(read(`close date ${text}`, "period")).not.toEqual([]);
  });

  it("reads today in the person's own zone", () => {
    const late = { now: new Date("2026-11-20T23:30:00Z") };
    const day = (timezone: string) =>
      readMentions("close date tomorrow", {}, { ...late, timezone }).mentions.map(({ value }) => value);
    expect(day("UTC")).toEqual(["2026-11-21"]);
    expect(day("Europe/Berlin")).toEqual(["2026-11-22"]);
  });

  it("reads back every ISO day", () => {
    const days = fc.date({ min: new Date("2026-11-21"), max: new Date("2035-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(days, (date) => {
        const day = date.toISOString().slice(0, 10);
        expect(read(`set the close date to ${day}`, "date")).toEqual([day]);
      }),
    );
  });
});

describe("GitLab", () => {
  const segment = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/u);
  const id = fc.integer({ min: 1, max: 999_999_999 });

  it("reads any path and number in their usual writings", () => {
    fc.assert(
      fc.property(segment, segment, id, (group, name, iid) => {
        const path = `${group}/${name}`;
        fc.pre(!["and/or", "ci/cd"].includes(path));
        for (const text of [
          `${path}!${iid}`,
          `!${iid} in ${path}`,
          `MR ${iid} of ${path}`,
          `merge request #${iid}, ${path}`,
        ]) {
          expect(read(text, "merge_request")).toEqual([iid]);
          expect(read(text, "project")).toEqual([path]);
        }
        expect(read(`pipeline ${iid}`, "pipeline")).toEqual([iid]);
        expect(read(`retry job #${iid}`, "job")).toEqual([iid]);
        expect(read(`close issue #${iid} of ${path}`, "issue")).toEqual([iid]);
        expect(read(`https://gitlab.example.com/${path}/-/issues/${iid}#note_1`, "issue")).toEqual([iid]);
      }),
    );
  });

  it.each(["and/or", "ci/cd", "w/o tests", "3/4/2027", "anna@corp.example"])(
    "sees no project in %s",
    (text) => expect(read(text, "project")).toEqual([]),
  );
});

describe("catalogue", () => {
  it("takes the longest name, whatever its case", () => {
    const catalogue = { deals: ["Globex", "Globex Renewal (EMEA)"] };
    expect(read("move globex renewal (emea) to won", "deal", catalogue)).toEqual(["Globex Renewal (EMEA)"]);
    expect(read("move globex to won", "deal", catalogue)).toEqual(["Globex"]);
  });

  it("finds any name as it stands", () => {
    const name = fc.stringMatching(/^[A-Z][\w .()&+*?-]{1,20}[A-Za-z0-9]$/u);
    fc.assert(
      fc.property(name, (deal) => {
        const spaced = deal.replaceAll(/\s+/gu, " ");
        expect(read(`move ${spaced} now`, "deal", { deals: [deal] })).toEqual([deal]);
      }),
    );
  });

  it("never throws, and every mention lies in the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const reading = readMentions(text, { deals: ["Globex"] }, { now });
        for (const { start, end } of reading.mentions) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(reading.text.length);
        }
        expect(reading.rest).toHaveLength(reading.text.length);
      }),
    );
  });
});
