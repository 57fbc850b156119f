import { expect, it } from "vitest";
import { trainApart } from "../../../src/agent/router/train-apart.ts";
import { trainRouter } from "../../../src/agent/router/train.ts";
import { allTools } from "../../../tools/index.ts";

const tools = allTools().tools.slice(0, 6);

it("trains the same router in a thread of its own, while this one goes on", async () => {
  const corrections = [{ text: "zebra please", tools: tools.slice(1, 2).map(({ name }) => name) }];
  let beats = 0;
  const beat = setInterval(() => (beats += 1), 1);
  const [apart, here] = [await trainApart(tools, { corrections }), trainRouter(tools, { corrections })];
  clearInterval(beat);
  expect(beats).toBeGreaterThan(0);
  expect(apart.thresholds).toEqual(here.thresholds);
  expect(apart.tools).toBe(tools);
  for (const { examples } of tools) {
    const text = examples[0]?.replaceAll(/[{}]/g, "") ?? "";
    expect(apart.route(text)).toEqual(here.route(text));
  }
});
