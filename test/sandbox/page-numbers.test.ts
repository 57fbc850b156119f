import { expect, it } from "vitest";
import { numbered } from "../../sandbox/page/numbers.ts";
import type { Block } from "../../sandbox/page/types.ts";

const list = (style: string, count: number, more: object = {}) => ({
  ...{ type: "rich_text_list", style, elements: Array.from({ length: count }, () => ({})) },
  ...more,
});
/** The numbers that the renderer shows: it counts the lists before at the same indent, and adds the offset. */
const shown = (block: Block): number[] => {
  let before = 0;
  return (
    block["elements"] as { type: string; indent?: number; offset?: number; elements: unknown[] }[]
  ).flatMap(({ type, indent = 0, offset = 0, elements }) => {
    if (type !== "rich_text_list" || indent > 0) return [];
    const first = before + offset + 1;
    before += elements.length;
    return elements.map((_, at) => first + at);
  });
};

it("numbers lists from their own offset, whatever stood before", () => {
  const block = numbered({
    type: "rich_text",
    elements: [
      list("ordered", 2, { offset: 2 }),
      list("bullet", 1, { indent: 1 }),
      list("ordered", 2, { offset: 4 }),
      list("ordered", 1),
    ],
  } as unknown as Block);
  expect(shown(block)).toEqual([3, 4, 5, 6, 1]);
});

it("leaves other blocks as they are", () => {
  const divider = { type: "divider" } as Block;
  expect(numbered(divider)).toBe(divider);
});
