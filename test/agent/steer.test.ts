import { describe, expect, it } from "vitest";
import { bench } from "./support.ts";

const supervisor = "You are the supervisor agent";
const engineering = "You are the engineering agent";
const ask = (agent: string, task: string) => ({ name: `ask_${agent}`, args: { task } });
const added = "Added by the person while you were at it";

/** What the person says after the first thought, once. */
const later = (...texts: string[]) => {
  let asked = 0;
  return { steering: () => Promise.resolve(asked++ === 0 ? texts : []), asked: () => asked };
};

describe("steering", () => {
  it("reaches the specialist and the root, which then answers itself instead of forwarding", async () => {
    const { agents, model, start } = await bench();
    model.script(
      {
        when: { system: supervisor, hasToolResult: false },
        say: { toolCalls: [ask("engineering", "the pipeline")] },
      },
      { when: { system: engineering }, say: { text: "A flaky job." } },
      { when: { system: supervisor }, say: { text: "A flaky job, and !3 is open." } },
    );
    const { steering } = later("also !3");
    const outcome = await agents.start(start("why did it fail?", { steering }));
    expect(outcome).toMatchObject({
      kind: "answer",
      agent: "supervisor",
      text: "A flaky job, and !3 is open.",
    });
    const [first = "", second = "", third = ""] = model.bodies();
    expect(first).not.toContain(added);
    expect(second).toContain(added);
    expect(third).toContain("also !3");
    // Providers refuse a call that is not answered right after it.
    const roles = (JSON.parse(third) as { messages: { role: string }[] }).messages.map(({ role }) => role);
    expect(roles.slice(-3)).toEqual(["assistant", "tool", "user"]);
  });

  it("is not asked for before the first thought, and changes nothing where nothing was said", async () => {
    const { agents, model, start } = await bench();
    model.script(
      { when: { system: supervisor }, say: { toolCalls: [ask("engineering", "the pipeline")] } },
      { when: { system: engineering }, say: { text: "A flaky job." } },
    );
    const { steering, asked } = later();
    const outcome = await agents.start(start("why did it fail?", { steering }));
    expect(outcome).toMatchObject({ kind: "answer", agent: "engineering", text: "A flaky job." });
    expect(asked()).toBe(1);
    const other = await bench();
    other.model.script({ when: { system: supervisor }, say: { text: "Hello." } });
    const alone = later("also !3");
    await other.agents.start(other.start("hello", { steering: alone.steering }));
    expect(alone.asked()).toBe(0);
  });
});
