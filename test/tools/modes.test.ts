import { describe, expect, it } from "vitest";
import type { ReadTool, WriteTool } from "../../src/core/tool.ts";
import { inMode, type Mode, offIn, stricter } from "../../tools/modes.ts";

const read = { name: "a_b_read", system: "a", effect: "read" } as ReadTool;
const write = (name: string, risks: WriteTool["risks"], effect: WriteTool["effect"] = "write") =>
  ({
    ...{ name, title: "Change it", system: "a", effect },
    ...(risks && { risks }),
    resolve: ({ amount }: { amount: number }) => Promise.resolve({ risk: amount > 1000 ? 3 : 1 }),
  }) as unknown as WriteTool;
const tools = [
  read,
  write("a_b_low", [1, 2]),
  write("a_b_varies", [1, 3]),
  write("a_b_high", [3]),
  write("a_b_mail", [2], "egress"),
];
const names = (mode: Mode) => inMode(tools, () => mode).map(({ name }) => name);

describe("modes", () => {
  it("register nothing of what they switch off", () => {
    expect(names("read")).toEqual(["a_b_read"]);
    expect(names("modify")).toEqual(["a_b_read", "a_b_low", "a_b_varies"]);
    expect(names("full")).toHaveLength(5);
  });

  it("refuse an R3 of a write whose risk depends on what it is about", async () => {
    const varies = inMode(tools, () => "modify").find(({ name }) => name === "a_b_varies") as WriteTool;
    expect(varies.risks).toEqual([1]);
    expect(await varies.resolve({ amount: 5 }, undefined as never)).toMatchObject({ risk: 1 });
    await expect(varies.resolve({ amount: 5000 }, undefined as never)).rejects.toThrow("this one is R3");
  });

  it("go by system, and the stricter one wins", () => {
    expect(inMode(tools, (system) => (system === "b" ? "read" : "full"))).toHaveLength(5);
    expect([stricter("read", "full"), stricter("full", "modify"), stricter("full", "full")]).toEqual([
      "read",
      "modify",
      "full",
    ]);
    expect(offIn("read", tools[1] ?? read)).toBe("a is in mode read");
  });
});
