import { describe, expect, it } from "vitest";
import type { ModelRequest } from "../../sandbox/model/request.ts";
import { limits } from "../../src/core/limits.ts";
import type { Tool } from "../../src/core/tool.ts";
import { agentFile, bench, output, readTool } from "./support.ts";

/** Sixty tools that say nothing, and two that are looked for. */
const many: Tool[] = [
  ...Array.from({ length: 60 }, (_, n) => readTool(`archive_item${n}_read`, `Read shelf ${n}`)),
  { ...readTool("payments_payout_get", "Read a payout"), examples: ["why is payout {payout} stuck?"] },
  readTool("people_salary_get", "Read what somebody earns"),
];
const agents = [
  agentFile("supervisor", { delegates: [], tools: { allow: ["*"], deny: ["people_*"] } }),
  agentFile("narrow", { tools: { allow: ["payments_*", "archive_item1_read"] } }),
];
const look = (request: string) => ({ name: "find_tools", args: { request } });
const namesIn = (body = "{}"): string[] =>
  (JSON.parse(body) as { tools?: { function: { name: string } }[] }).tools?.map(
    (tool) => tool.function.name,
  ) ?? [];
/** The model answers after this call. */
const after = (name: string) => ({
  predicate: ({ toolResults }: ModelRequest) => toolResults[0]?.name === name,
});
const passOn = ({ toolResults }: ModelRequest) => ({
  text: toolResults.map(({ content }) => content).join("\n"),
});

const open = async () => {
  const world = await bench({ toolbox: { tools: many, entityTypes: {} }, agents });
  world.gate.tools = many;
  return world;
};

describe("an agent with very many tools", () => {
  it("sees 25 of them at most, finds another by plain words, and may call it from then on", async () => {
    const { agents: product, model, gate, start } = await open();
    model.script(
      { when: { hasToolResult: false }, say: { toolCalls: [look("why is that payout stuck")] } },
      {
        when: after("find_tools"),
        say: { toolCalls: [{ name: "payments_payout_get", args: { subject: "77120" } }] },
      },
      { when: after("payments_payout_get"), say: passOn },
    );
    gate.onRead = () => ({ kind: "output", output: output("It is held by the bank.") });
    const outcome = await product.start(start("why is payout 77120 stuck?"));
    expect(outcome).toMatchObject({ kind: "answer", text: expect.stringContaining("held by the bank") });
    const [first, second, third] = model.bodies().map(namesIn);
    expect(first?.filter((name) => name !== "ask_person").length).toBeLessThanOrEqual(limits.toolsVisibleMax);
    expect(first).toContain("find_tools");
    expect(first).not.toContain("payments_payout_get");
    expect(second).toContain("payments_payout_get");
    expect(third).toContain("payments_payout_get");
    expect(second?.filter((name) => name !== "ask_person").length).toBeLessThanOrEqual(
      limits.toolsVisibleMax,
    );
    expect(gate.reads.map(({ tool }) => tool)).toEqual(["payments_payout_get"]);
  });

  it("may call one of its own that it knows by name, listed or not", async () => {
    const { agents: product, model, gate, start } = await open();
    model.script(
      {
        when: { hasToolResult: false },
        say: { toolCalls: [{ name: "payments_payout_get", args: { subject: "77120" } }] },
      },
      { when: after("payments_payout_get"), say: passOn },
    );
    await product.start(start("the same again for 77120"));
    expect(namesIn(model.bodies()[0])).not.toContain("payments_payout_get");
    expect(gate.reads.map(({ tool }) => tool)).toEqual(["payments_payout_get"]);
  });

  it("finds nothing that its file denies, and may not call what it guessed", async () => {
    const { agents: product, model, gate, start } = await open();
    model.script(
      { when: { hasToolResult: false }, say: { toolCalls: [look("what somebody earns, salary")] } },
      {
        when: after("find_tools"),
        say: { toolCalls: [{ name: "people_salary_get", args: { subject: "boris" } }] },
      },
      { when: after("people_salary_get"), say: passOn },
    );
    const outcome = await product.start(start("what does Boris earn?"));
    expect(outcome).toMatchObject({ text: expect.stringContaining('There is no tool "people_salary_get"') });
    expect(JSON.stringify(model.bodies())).not.toContain("Read what somebody earns");
    expect(gate.reads).toEqual([]);
  });

  it("is told what to do where the words find nothing, or are none", async () => {
    const { agents: product, model, start } = await open();
    model.script(
      {
        when: { hasToolResult: false },
        say: { toolCalls: [look("zzzz qqqq"), { name: "find_tools", args: { words: "payout" } }] },
      },
      { when: after("find_tools"), say: passOn },
    );
    const outcome = await product.start(start("hm"));
    expect(outcome).toMatchObject({
      text: expect.stringMatching(/No tool fits these words.*field `request`/s),
    });
  });

  it("forgets what it found with the turn", async () => {
    const { agents: product, model, start } = await open();
    model.script(
      {
        when: { user: "look", hasToolResult: false },
        say: { toolCalls: [look("payout")] },
      },
      { when: {}, say: { text: "Done." } },
    );
    await product.start(start("look"));
    await product.start(start("again"));
    expect(namesIn(model.bodies().at(-1))).not.toContain("payments_payout_get");
  });
});

it("an agent with few tools sees all of them and nothing to look for", async () => {
  const { agents: product, model, start } = await open();
  model.script({ when: {}, say: { text: "Hello." } });
  await product.start(start("hello", { agent: "narrow" }));
  expect(namesIn(model.bodies().at(0))).toEqual(["archive_item1_read", "ask_person", "payments_payout_get"]);
});
