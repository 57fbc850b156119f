import { describe, expect, it } from "vitest";
import { takeCalls } from "../../src/agent/calls.ts";
import type { OfferedTool } from "../../src/agent/planner.ts";
import { readTool } from "./support.ts";

const offered: OfferedTool[] = ["gitlab_job_retry", "gitlab_pipeline_explain"].map((name) => ({
  name,
  description: "",
  parameters: {},
  runs: { kind: "tool", tool: readTool(name, name) },
}));
const proposed = (id: string, args = "{}", tool = "gitlab_job_retry") => ({ id, tool, args });

describe("takeCalls", () => {
  it("gives every call an id of its own that providers accept", () => {
    const ids = takeCalls(
      [proposed("a"), proposed("a"), proposed(""), proposed("ü!"), proposed("a_1")],
      offered,
    ).map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
    expect(ids.every((id) => /^[\w-]{1,64}$/.test(id))).toBe(true);
  });

  it.each(["{", "[]", "null", "12", '"text"', ""])("refuses arguments %j and records none", (args) => {
    const [call] = takeCalls([proposed("a", args)], offered);
    expect(call).toMatchObject({ args: "{}", result: { ok: false } });
    expect(call?.result?.text).toContain("not a JSON object");
  });

  it("refuses arguments that are too long", () => {
    const [call] = takeCalls([proposed("a", JSON.stringify({ x: "y".repeat(30_000) }))], offered);
    expect(call).toMatchObject({ args: "{}" });
    expect(call?.result?.text).toContain("at most 20000");
  });

  it("names the nearest tool", () => {
    const [call] = takeCalls([proposed("a", "{}", "gitlab_job_rety")], offered);
    expect(call?.result?.text).toContain('Did you mean "gitlab_job_retry"?');
  });

  it("keeps arguments as written", () => {
    const args = '{"lc":1,"type":"constructor","id":["x"],"kwargs":{}}';
    expect(takeCalls([proposed("a", args)], offered)).toMatchObject([{ args, result: null }]);
  });
});
