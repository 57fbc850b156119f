import { expect, it } from "vitest";
import { drawOverview } from "../../src/slack/views/lists.ts";
import { everyTool } from "../support/every-tool.ts";

it("tells of every tool there is within Slack's limits", () => {
  const { tools } = everyTool();
  const { blocks } = drawOverview("Anna Petrosyan", tools);
  const texts = blocks.flatMap((block) => (block.type === "section" ? [block.text?.text ?? ""] : []));
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(3_000);
  const told = texts.join("\n");
  for (const { title } of tools) expect(told).toContain(title);
});
