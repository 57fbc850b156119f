import { describe, expect, it } from "vitest";
import { ask, people, world } from "./world.ts";

const call = { tool: "boxes_item_set", args: { item: "a", value: "1" } };

describe("looking at a button's call before it is used", () => {
  it("objects with the words of a denial, and records nothing", async () => {
    const w = await world({
      decide: ({ principal }) =>
        principal.user === people.carla.user
          ? { kind: "deny", policies: ["no-boxes"], reason: "Boxes are closed." }
          : { kind: "ask", asks: [ask("requester")] },
    });
    const { conversation } = await w.startTurn();
    const objection = (principal: typeof people.anna, args: Record<string, string> = call.args) =>
      w.turns.objection({ ...call, args }, { principal, conversation });
    expect(await objection(people.carla)).toMatch(/Boxes are closed\..*no-boxes/);
    expect(await objection(people.anna)).toBeUndefined();
    expect(await objection(people.anna, { item: "a" })).toMatch(/value/);
    const { rows } = await w.db.pool.query(`select from steward.audit`);
    expect(rows).toEqual([]);
    expect((await w.db.pool.query(`select from steward.action`)).rows).toEqual([]);
  });

  it("has nothing to say when that cannot be told in time", async () => {
    const w = await world({ decide: () => new Promise(() => {}) });
    const { conversation } = await w.startTurn();
    expect(await w.turns.objection(call, { principal: people.anna, conversation })).toBeUndefined();
  });
});
