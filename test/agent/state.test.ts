import { expect, it } from "vitest";
import { compileGraph } from "../../src/agent/graph.ts";
import type { Parts } from "../../src/agent/parts.ts";
import { HeldSaver } from "../../src/agent/saver.ts";
import { nodes, shape, State, stateSchema } from "../../src/agent/state.ts";

it("pins the shape: a change of nodes, channels or works is a new one, and turns kept before are not resumed", () => {
  expect(shape).toBe("c4a0ac86ee9b9966");
});

it("has the nodes and channels that the shape is made of", () => {
  const graph = compileGraph({} as Parts, new HeldSaver());
  expect(Object.keys(graph.nodes).filter((name) => name !== "__start__")).toEqual([...nodes]);
  expect(Object.keys(State.spec)).toEqual(Object.keys(stateSchema.shape));
});
