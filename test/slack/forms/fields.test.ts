import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { stateOf } from "../../../sandbox/slack/elements.ts";
import type { Block } from "../../../sandbox/slack/types.ts";
import { checkView } from "../../../sandbox/slack/view-check.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { drawFields } from "../../../src/slack/forms/draw.ts";
import { pieceMax, pieces } from "../../../src/slack/forms/pieces.ts";
import { readFields, stateSchema } from "../../../src/slack/forms/read.ts";
import { fieldsOf, type FormSchema } from "../../../src/slack/forms/schema.ts";

const everything = z.strictObject({
  title: z.string().max(200),
  body: z.string().max(20_000).optional(),
  amount: z.number().optional(),
  count: z.int().min(0).max(1_000).optional(),
  state: z.enum(["open", "closed"]).optional(),
  loud: z.boolean().optional(),
  day: z.string().optional(),
  due: z.iso.date().optional(),
  who: z.string().optional(),
  where: z.string().optional(),
  deal: z.string().optional(),
  labels: z.array(z.string()).optional(),
  weights: z.array(z.number()).optional(),
  flags: z.array(z.enum(["a", "b", "c"])).optional(),
  people: z.array(z.string()).optional(),
  rooms: z.array(z.string()).optional(),
  deals: z.array(z.string()).optional(),
  extra: z.record(z.string(), z.number()).optional(),
  money: z.number().optional(),
});
const schema: FormSchema = {
  input: everything,
  slots: {
    ...{ day: "date", who: "person", where: "channel", deal: "deal", money: "money" },
    ...{ people: "person", rooms: "channel", deals: "deal" },
  },
  listed: new Set(["deal"]),
};
const fields = fieldsOf(schema);

const stateFrom = (blocks: unknown) => stateSchema.parse(stateOf(blocks as Block[]));

describe("fieldsOf", () => {
  it("asks for each argument in its own way, required ones as such", () => {
    expect(Object.fromEntries(fields.map(({ name, kind }) => [name, kind]))).toEqual({
      ...{ title: "text", body: "text", amount: "number", count: "number", state: "choice", loud: "choice" },
      ...{ day: "date", due: "date", who: "person", where: "channel", deal: "lookup", labels: "lines" },
      ...{ weights: "lines", flags: "choices", people: "people", rooms: "channels", deals: "lookups" },
      ...{ extra: "json", money: "text" },
    });
    expect(fields.filter(({ required }) => required).map(({ name }) => name)).toEqual(["title"]);
    expect(fields.find(({ name }) => name === "body")?.label).toBe("Body");
  });

  it("asks in words where no read lists the values", () => {
    const plain = fieldsOf({ ...schema, listed: new Set() });
    expect(plain.find(({ name }) => name === "deal")?.kind).toBe("text");
  });
});

describe("a form filled in with what is known", () => {
  const id = fc.stringMatching(/^[UC][A-Z0-9]{4,10}$/);
  const words = fc.string({ minLength: 1, maxLength: 200 }).filter((text) => text.trim() !== "");
  const line = fc.stringMatching(/^[a-z!#]([a-z ]{0,20}[a-z])?$/);
  const day = fc
    .date({ min: new Date("1990-01-01"), max: new Date("2090-01-01"), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10));
  const known = fc.record(
    {
      title: words,
      body: fc.stringMatching(/^[a-zä😀]([a-zä😀 \n]{0,80}[a-z😀]){0,120}$/u),
      amount: fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => Number(value.toFixed(2))),
      count: fc.integer({ min: 0, max: 1_000 }),
      state: fc.constantFrom("open", "closed"),
      loud: fc.boolean(),
      day,
      due: day,
      who: id,
      where: id,
      deal: line,
      labels: fc.array(line, { minLength: 1, maxLength: 5 }),
      weights: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 5 }),
      flags: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }),
      people: fc.array(id, { minLength: 1, maxLength: 3 }),
      rooms: fc.array(id, { minLength: 1, maxLength: 3 }),
      deals: fc.array(line, { minLength: 1, maxLength: 3 }),
      extra: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.integer(), { maxKeys: 3 }),
    },
    { requiredKeys: [] },
  );

  it("is a view that Slack takes, and gives back exactly what it was filled with", () => {
    fc.assert(
      fc.property(known, (args) => {
        const { blocks, left } = drawFields(fields, args as JsonObject);
        checkView(
          {
            type: "modal",
            title: { type: "plain_text", text: "Form" },
            submit: { type: "plain_text", text: "Go" },
            blocks,
          },
          "modal",
        );
        const { args: read, problems } = readFields(fields, stateFrom(blocks));
        expect(problems).toEqual({});
        const expected = Object.fromEntries(
          Object.entries(args)
            .filter(([name]) => !left.includes(name))
            .map(([name, value]) => [name, Object.is(value, -0) ? 0 : value]),
        );
        expect(read).toEqual(expected);
        expect(left.filter((name) => name !== "amount")).toEqual([]);
      }),
    );
  });

  it("names what fits no field instead of changing it", () => {
    const { left } = drawFields(fields, {
      ...{ state: "opne", day: "tomorrow", who: "Boris", labels: ["two\nlines"], title: "x".repeat(40_000) },
      ...{
        loud: "maybe",
        flags: ["a", "z"],
        deal: "d".repeat(76),
        body: "pay \u202e001 to Bob",
        deals: ["a\u200bb"],
      },
    });
    expect(left.toSorted()).toEqual([
      "body",
      "day",
      "deal",
      "deals",
      "flags",
      "labels",
      "loud",
      "state",
      "title",
      "who",
    ]);
  });

  it("spreads a long text over several fields, with room for more", () => {
    const body = `${"word ".repeat(1_500)}end`;
    const { blocks } = drawFields(fields, { body });
    const ids = blocks.flatMap(({ block_id }) => (block_id?.endsWith(":body") === true ? [block_id] : []));
    expect(ids).toEqual(["in:0:body", "in:1:body", "in:2:body", "in:3:body"]);
  });
});

describe("pieces", () => {
  it("fit a field, and together are the text", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z😀]([a-z \n😀]{0,300}[a-z😀]){0,40}$/u), (text) => {
        const found = pieces(text);
        expect(found?.join("")).toBe(text);
        expect(found?.every((piece) => piece.length <= pieceMax && piece.isWellFormed())).toBe(true);
      }),
    );
  });

  it("are not made where a space would be lost at an end", () => {
    expect(pieces(`a${" ".repeat(4_000)}b`)).toBeUndefined();
  });
});

describe("what a person wrote", () => {
  const typed = (name: string, value: string) =>
    readFields(fields, { [`in:0:${name}`]: { value: { type: "plain_text_input", value } } });

  it("is read line by line, or said to be no number and no JSON", () => {
    expect(typed("labels", " one \n\n two").args).toEqual({ labels: ["one", "two"] });
    expect(typed("weights", "1\n2.5").args).toEqual({ weights: [1, 2.5] });
    expect(typed("weights", "1\nmany").problems).toEqual({ "in:0:weights": "“many” is not a number." });
    expect(typed("extra", "{no").problems["in:0:extra"]).toMatch(/not JSON/);
    expect(typed("money", "48k").args).toEqual({ money: "48k" });
  });

  it("is absent where nothing was chosen", () => {
    expect(readFields(fields, stateFrom(drawFields(fields, {}).blocks)).args).toEqual({});
  });
});
