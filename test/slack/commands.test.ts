import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readArguments, readCommand } from "../../src/slack/commands.ts";

describe("readCommand", () => {
  it.each([
    ["", { kind: "overview" }],
    ["help do", { kind: "help", word: "do" }],
    ["approvals", { kind: "approvals" }],
    ["show open merge requests", { kind: "ask", text: "show open merge requests", here: false }],
    ["show it --here", { kind: "ask", text: "show it", here: true }],
    ["aprovals", { kind: "nearest", typed: "aprovals", nearest: ["approvals"] }],
    ["hlep", { kind: "nearest", typed: "hlep", nearest: ["help"] }],
    ["hello", { kind: "ask", text: "hello", here: false }],
    ["approvals of last week", { kind: "ask", text: "approvals of last week", here: false }],
  ])("reads %j", (line, expected) => {
    expect(readCommand(line)).toEqual(expected);
  });

  it("reads do with typed and quoted arguments", () => {
    expect(readCommand('do crm_deal_update deal="Globex Corp" amount=48000 when_green=true')).toEqual({
      kind: "do",
      tool: "crm_deal_update",
      args: { deal: "Globex Corp", amount: 48000, when_green: true },
      problems: [],
    });
  });

  it("names what is no argument", () => {
    expect(readArguments("deal=Globex please now").problems[0]).toContain("`please now`");
  });

  it("never throws and never pollutes a prototype", () => {
    fc.assert(fc.property(fc.string(), (line) => readCommand(line).kind !== undefined));
    const { args } = readArguments("__proto__=polluted");
    expect(Object.getPrototypeOf(args)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
