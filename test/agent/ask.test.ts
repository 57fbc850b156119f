import { describe, expect, it } from "vitest";
import { bench, type Bench } from "./support.ts";

const supervisor = "You are the supervisor agent";
const revenue = "You are the revenue agent";
const askPerson = (args: Record<string, unknown>) => ({ name: "ask_person", args });
const task = (agent: string, words: string) => ({ name: `ask_${agent}`, args: { task: words } });
const change = (args: Record<string, unknown>) => ({ name: "crm_deal_update", args });

/** What the last request told the model of its calls. */
const lastResults = ({ model }: Bench): string[] => {
  const body = JSON.parse(model.bodies().at(-1) ?? "") as { messages: { role: string; content: string }[] };
  return body.messages.filter(({ role }) => role === "tool").map(({ content }) => content);
};

describe("a model that asks the person", () => {
  it("ends the turn with its words, the question and its choices", async () => {
    const { agents, model, start } = await bench();
    model.script({
      when: { system: supervisor },
      say: {
        text: "Two fit.",
        toolCalls: [askPerson({ question: "Which deal?", choices: ["A", "B", "A"] })],
      },
    });
    const outcome = await agents.start(start("change the deal"));
    expect(outcome).toMatchObject({
      kind: "answer",
      text: "Two fit.\n\nWhich deal?",
      question: { text: "Which deal?", choices: [{ label: "A" }, { label: "B" }] },
    });
    expect(model.bodies()).toHaveLength(1);
  });

  it("is heard through the agent that handed the whole request on", async () => {
    const { agents, model, start } = await bench();
    model.script(
      { when: { system: supervisor }, say: { toolCalls: [task("revenue", "change the deal")] } },
      { when: { system: revenue }, say: { toolCalls: [askPerson({ question: "Which deal?" })] } },
    );
    const outcome = await agents.start(start("change the deal"));
    expect(outcome).toMatchObject({ agent: "revenue", text: "Which deal?", question: { choices: [] } });
  });

  it("is told to ask alone, or to say it right; another agent's question comes to the one who asked it", async () => {
    const world = await bench();
    const { agents, model, start } = world;
    model.script(
      {
        when: { system: supervisor, hasToolResult: false },
        say: { toolCalls: [task("revenue", "the deal"), askPerson({ question: "Which?" })] },
      },
      {
        when: { system: revenue },
        say: { toolCalls: [askPerson({ question: "Which deal?", choices: ["A"] })] },
      },
      { when: { system: supervisor }, say: { text: "I need to know which deal." } },
    );
    expect(await agents.start(start("both"))).not.toHaveProperty("question");
    const [asked, alone] = lastResults(world);
    expect(asked).toMatch(/revenue agent cannot go on without an answer.*Which deal\?\n\nChoices: A/s);
    expect(alone).toMatch(/a question ends the turn, so it stands alone/);

    const wrong = await bench();
    wrong.model.script(
      { when: { hasToolResult: false }, say: { toolCalls: [askPerson({ question: "" })] } },
      { when: {}, say: { text: "Never mind." } },
    );
    expect(await wrong.agents.start(wrong.start("hm"))).toMatchObject({ text: "Never mind." });
    expect(lastResults(wrong)[0]).toMatch(/Not asked: give the question as text/);
  });
});

describe("a write that lacks an argument", () => {
  const handsOn = { when: { system: supervisor }, say: { toolCalls: [task("revenue", "change the deal")] } };

  it("becomes a question with the call that waits, and is never proposed", async () => {
    const { agents, model, gate, start } = await bench();
    model.script(handsOn, { when: { system: revenue }, say: { toolCalls: [change({})] } });
    const outcome = await agents.start(start("change the deal"));
    expect(outcome).toMatchObject({
      text: "Update a deal: I still need the subject.",
      question: { call: { tool: "crm_deal_update", args: {}, missing: ["subject"] } },
    });
    expect(gate.proposals).toEqual([]);
  });

  it("is left to the model where it made other calls, or where something else is wrong too", async () => {
    const world = await bench();
    const { agents, model, gate, start } = world;
    gate.onPropose = () => ({ kind: "refused", code: "bad_argument", text: "subject is missing" });
    model.script(
      handsOn,
      {
        when: { system: revenue, hasToolResult: false },
        say: { toolCalls: [change({}), { name: "crm_deal_find", args: { subject: "x" } }] },
      },
      { when: { system: revenue }, say: { text: "I could not." } },
    );
    expect(await agents.start(start("change the deal"))).toMatchObject({ text: "I could not." });
    expect(lastResults(world)[0]).toMatch(/subject is missing/);
    const strange = await bench();
    strange.gate.onPropose = () => ({ kind: "refused", code: "bad_argument", text: "what is a subjcet" });
    strange.model.script(
      handsOn,
      { when: { system: revenue, hasToolResult: false }, say: { toolCalls: [change({ subjcet: "x" })] } },
      { when: { system: revenue }, say: { text: "Sorry." } },
    );
    expect(await strange.agents.start(strange.start("change"))).toMatchObject({ text: "Sorry." });
  });

  it("of which a name fits several things asks which one", async () => {
    const { agents, model, gate, start } = await bench();
    const choices = Array.from({ length: 7 }, (_, at) => ({ label: `Deal ${at}`, value: String(at) }));
    gate.onPropose = () => ({
      ...{ kind: "refused", code: "ambiguous", text: "It fits several." },
      ambiguity: { argument: "subject", choices },
    });
    model.script(handsOn, { when: { system: revenue }, say: { toolCalls: [change({ subject: "Deal" })] } });
    const outcome = await agents.start(start("change the deal"));
    expect(outcome).toMatchObject({
      text: "It fits several.",
      question: { choices: choices.slice(0, 5), call: { args: { subject: "Deal" }, missing: ["subject"] } },
    });
  });

  it("named exactly, by a button or a command, asks as well, reads included", async () => {
    const { agents, start } = await bench();
    const request = { kind: "call" as const, text: "do", tool: "crm_deal_find", args: {}, confirmed: false };
    expect(await agents.start(start("do", { request }))).toMatchObject({
      planner: "direct",
      text: "Find deals: I still need the subject.",
      question: { call: { tool: "crm_deal_find" } },
    });
  });
});
