import { describe, expect, it } from "vitest";
import { bench, output } from "./support.ts";

const supervisor = "You are the supervisor agent";
const engineering = "You are the engineering agent";
const revenue = "You are the revenue agent";
const ask = (agent: string, task: string) => ({ name: `ask_${agent}`, args: { task } });
const call = (name: string, subject: string) => ({ name, args: { subject } });

const contents = (body: string | undefined): string[] =>
  (JSON.parse(body ?? "") as { messages: { content: string }[] }).messages.map(({ content }) => content);

describe("sources of an answer", () => {
  it("are numbered through all works of a turn, in the order of calls, and told to the models", async () => {
    const { agents, model, gate, start } = await bench();
    model.script(
      {
        when: { system: supervisor, hasToolResult: false },
        say: { toolCalls: [ask("engineering", "one"), ask("revenue", "two")] },
      },
      {
        when: { system: engineering, hasToolResult: false },
        say: { toolCalls: [call("gitlab_pipeline_explain", "1"), call("gitlab_merge_request_find", "2")] },
      },
      { when: { system: revenue, hasToolResult: false }, say: { toolCalls: [call("crm_deal_find", "3")] } },
      { when: { system: engineering }, say: { text: "Red [1], two open [2]." } },
      { when: { system: revenue }, say: { text: "One deal [3]." } },
      { when: { system: supervisor }, say: { text: "Red [1], one deal [3]." } },
    );
    gate.onRead = ({ tool }) => ({
      kind: "output",
      output: output("ok", { sources: [{ label: tool, url: `https://x.example/${tool}` }] }),
    });
    const outcome = await agents.start(start("both"));
    expect(outcome).toMatchObject({
      ...{ kind: "answer", claims: true, notes: [] },
      sources: [
        { call: 1, title: "Explain a pipeline: 1", links: [{ label: "gitlab_pipeline_explain" }] },
        { call: 2, title: "Find merge requests: 2" },
        { call: 3, title: "Find deals: 3" },
      ],
    });
    const told = model
      .bodies()
      .flatMap(contents)
      .filter((content) => content.startsWith("<result of"));
    for (const [tool, number] of [
      ["gitlab_pipeline_explain", 1],
      ["gitlab_merge_request_find", 2],
      ["crm_deal_find", 3],
    ])
      expect(told).toContain(`<result of="${tool}" status="ok" source="${number}">\nok\n</result>`);
    // What another agent answered is no source: its words carry the numbers of theirs.
    expect(told.find((content) => content.includes("Red [1]"))).toMatch(
      /^<result of="ask_engineering" status="ok">/,
    );
  });

  it("are kept for an answer that code made of results, which claims nothing of its own", async () => {
    const { agents, model, gate, start } = await bench();
    model.script(
      { when: { hasToolResult: false }, say: { toolCalls: [call("gitlab_pipeline_explain", "1")] } },
      { say: { error: { status: 400 } } },
    );
    gate.onRead = () => ({ kind: "output", output: output("pipeline 8812 failed") });
    const outcome = await agents.start(start("look", { agent: "engineering" }));
    expect(outcome).toMatchObject({ kind: "answer", claims: false, sources: [{ call: 1 }] });
  });

  it("have no number where a call was refused", async () => {
    const { agents, model, gate, start } = await bench();
    model.script(
      { when: { hasToolResult: false }, say: { toolCalls: [call("gitlab_pipeline_explain", "1")] } },
      { say: { text: "You may not see it." } },
    );
    gate.onRead = () => ({ kind: "refused", code: "denied", text: "You may not." });
    const outcome = await agents.start(start("look", { agent: "engineering" }));
    expect(outcome).toMatchObject({ kind: "answer", claims: true, sources: [] });
  });

  it("of an earlier answer are not shown to a model again: their numbers would name other calls", async () => {
    const { agents, model, start } = await bench();
    model.script({ say: { text: "Yes." } });
    const recent = [
      {
        turn: "t0",
        by: "Anna",
        person: "p",
        ask: "and?",
        answer: "It failed [1, 2]. See [3].",
        at: "2026-11-20T09:00:00Z",
      },
    ];
    await agents.start(start("sure?", { recollection: { summary: "- Anna: x -> y [4]", recent } }));
    const all = contents(model.bodies()[0]).slice(1).join("\n");
    expect(all).toContain("It failed. See.");
    expect(all).not.toMatch(/\[\d/);
  });

  it("are asked for in the language of the question", async () => {
    const { agents, model, start } = await bench();
    model.script({ say: { text: "Ja." } });
    await agents.start(start("Warum ist die Pipeline fehlgeschlagen?"));
    expect(contents(model.bodies()[0]).at(-1)).toMatch(/- Answer in German$/);
  });
});
