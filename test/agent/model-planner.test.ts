import { describe, expect, it } from "vitest";
import { startModel } from "../../sandbox/model/index.ts";
import { agentFiles, bench, logged, output } from "./support.ts";

const call = (name: string, subject: string) => ({ name, args: { subject } });
const offline = "Answered without a language model.";

describe("thinking with models", () => {
  it("tries again as the provider asks, and counts one call", async () => {
    const { agents, model, start } = await bench();
    const error = { status: 429, headers: { "retry-after": "0" } };
    model.script({ say: { error }, times: 2 }, { say: { text: "Here." } });
    const outcome = await agents.start(start("hello"));
    expect(outcome).toMatchObject({ kind: "answer", text: "Here.", usage: { modelCalls: 1 } });
    expect(model.bodies()).toHaveLength(3);
  });

  it("does not wait longer than people do", async () => {
    const { agents, model, start } = await bench();
    model.script({ say: { error: { status: 429, headers: { "retry-after": "600" } } } });
    const outcome = await agents.start(start("hello"));
    expect(model.bodies()).toHaveLength(1);
    expect(outcome).toMatchObject({ kind: "answer", planner: "offline" });
  });

  it("tries the default model when a role's own fails", async () => {
    const server = await startModel();
    const { agents, start } = await bench({
      models: {
        apiKey: "k",
        fetch,
        baseUrl: server.baseUrl,
        models: { default: "big", fast: "small" },
      },
      agents: agentFiles.map((agent) => ({ ...agent, model: "fast" as const })),
    });
    server.script(
      { when: { model: "small" }, say: { error: { status: 404 } } },
      { say: { text: "Big answer." } },
    );
    const outcome = await agents.start(start("hello"));
    await server.close();
    expect(outcome).toMatchObject({ kind: "answer", planner: "big", text: "Big answer." });
  });

  it.each([
    [
      "401",
      { error: { status: 401, message: "Incorrect API key provided: sk-test-secret" } },
      "refused Steward's credentials (401)",
    ],
    ["a reply that is no completion", { garbage: "<html>sign in</html>" }, "model"],
    ["an empty answer", { empty: true }, "empty answer"],
    ["a cut stream", { text: "one two three four", cutAfter: 3 }, "model"],
  ])("falls to the offline router before any tool ran: %s", async (_, say, words) => {
    const { agents, model, start, events } = await bench();
    model.script({ say });
    const outcome = await agents.start(start("hello"));
    expect(outcome).toMatchObject({ kind: "answer", planner: "offline" });
    expect(outcome).toHaveProperty("text", expect.stringContaining(offline) as string);
    expect(outcome).toHaveProperty("text", expect.stringContaining(words) as string);
    expect(events).toContainEqual({ kind: "planner", name: "offline" });
    expect(agents.planner()).toMatchObject({ kind: "offline" });
    expect(JSON.stringify([outcome, logged, agents.planner()])).not.toContain("sk-test-secret");
  });

  it("gives what tools found out before the model failed, and says what failed", async () => {
    const { agents, model, gate, start } = await bench();
    model.script(
      { when: { hasToolResult: false }, say: { toolCalls: [call("gitlab_pipeline_explain", "1")] } },
      { say: { error: { status: 400 } } },
    );
    gate.onRead = () => ({ kind: "output", output: output("job rspec failed") });
    const outcome = await agents.start(start("look", { agent: "engineering" }));
    expect(outcome).toMatchObject({
      kind: "answer",
      text:
        "This is what is known so far.\n\njob rspec failed\n\n" +
        "Stopped early: The model provider refused the request (400). Ask again to go on.",
    });
  });

  it("fails honestly when tools brought nothing", async () => {
    const { agents, model, gate, start } = await bench();
    model.script(
      { when: { hasToolResult: false }, say: { toolCalls: [call("gitlab_pipeline_explain", "1")] } },
      { say: { error: { status: 400 } } },
    );
    gate.onRead = () => ({ kind: "refused", code: "no", text: "Not known." });
    const outcome = await agents.start(start("look", { agent: "engineering" }));
    expect(outcome).toMatchObject({
      kind: "failed",
      reason: "The model provider refused the request (400).\nNothing was done before that.",
    });
  });

  it("does not run a call whose arguments were cut off, however the client completes them", async () => {
    const { agents, model, gate, start } = await bench();
    model.script(
      {
        when: { hasToolResult: false },
        say: { toolCalls: [call("gitlab_merge_request_merge", "48000")], badJson: true },
      },
      { say: { text: "Sorry." } },
    );
    const outcome = await agents.start(start("merge", { agent: "engineering" }));
    expect(gate.proposals).toEqual([]);
    expect(outcome).toMatchObject({ kind: "answer", text: "Sorry." });
  });

  it("works with a provider that cannot stream", async () => {
    const server = await startModel({ rules: [{ say: { text: "Whole." } }] });
    const models = {
      apiKey: "k",
      baseUrl: server.baseUrl,
      fetch,
      models: { default: "m" },
      streaming: false,
    };
    const { agents, start } = await bench({ models });
    const outcome = await agents.start(start("hello"));
    expect(JSON.parse(server.bodies()[0] ?? "{}")).not.toHaveProperty("stream", true);
    await server.close();
    expect(outcome).toMatchObject({ kind: "answer", text: "Whole.", usage: { modelCalls: 1 } });
    expect(outcome.usage.tokensIn).toBeGreaterThan(0);
  });

  it("says which planner answers", async () => {
    const { agents } = await bench();
    expect(agents.planner()).toEqual({ kind: "model", name: "scripted" });
    const without = await bench({ models: undefined });
    expect(without.agents.planner()).toMatchObject({
      kind: "offline",
      why: expect.stringContaining("OPENAI_API_KEY") as string,
    });
  });
});
