import { describe, expect, it, vi } from "vitest";
import type { Tool } from "../../src/core/tool.ts";
import type { Principal } from "../../src/core/principal.ts";
import { firstContact, type Greeting, promptsFor } from "../../src/slack/first-contact.ts";
import { drawGreeting } from "../../src/slack/views/greeting.ts";
import { silent } from "../support/silent.ts";

const tool = (system: string, examples: string[], effect = "read"): Tool =>
  ({ system, examples, effect }) as unknown as Tool;
const tools = [
  tool("gitlab", ["show {merge_request}", "my open merge requests", "which do I have to review"]),
  tool("gitlab", ["why did {pipeline} fail?"]),
  tool("crm", ["list my deals"]),
  tool("crm", ["close all deals"], "write"),
];

describe("what somebody may begin with", () => {
  it("comes from the systems they work in, complete sentences of reads only, four at most", () => {
    const messages = (elsewhere: object) => promptsFor(tools, elsewhere).map(({ message }) => message);
    expect(messages({ gitlab: "anna" }).slice(0, 2)).toEqual([
      "my open merge requests",
      "which do I have to review",
    ]);
    expect(messages({ hubspot_owner: "1" })[0]).toBe("list my deals");
    expect(messages({}).slice(0, 2)).toEqual(["my open merge requests", "list my deals"]);
    for (const elsewhere of [{}, { gitlab: "anna" }, { hubspot_owner: "1" }])
      expect(messages(elsewhere).length).toBeLessThanOrEqual(4);
    expect(promptsFor([], {})).toHaveLength(2);
  });
});

describe("first contact", () => {
  const anna: Principal = {
    ...{ kind: "person", workspace: "T1", user: "UANNA", name: "Anna Petrosyan", timezone: "UTC" },
    ...{ guest: false, external: false, bot: false, active: true },
  };
  const meet = async (person: Partial<Principal>, forbidden?: string) => {
    const greeted: Greeting[] = [];
    const call = vi.fn(() => Promise.resolve({}));
    const contact = firstContact({
      people: { principal: () => Promise.resolve({ ...anna, ...person }) },
      visible: () => Promise.resolve(tools),
      elsewhere: () => ({ gitlab: "anna" }),
      forbidden: () => Promise.resolve(forbidden),
      greet: (_, __, greeting) => Promise.resolve(void greeted.push(greeting)),
      calls: { call } as never,
      log: silent as never,
    });
    await contact("T1", "UANNA", "D1");
    return { greeting: greeted[0], call };
  };

  it("greets with what to begin with and with what it will not do, and suggests the same in Slack", async () => {
    const { greeting, call } = await meet({});
    const drawn = JSON.stringify(drawGreeting(greeting as Greeting));
    expect(drawn).toContain("Hello Anna.");
    expect(drawn).toContain("my open merge requests");
    expect(drawn).toContain("I change nothing by myself");
    expect(call).toHaveBeenCalledWith(
      "assistant.threads.setSuggestedPrompts",
      expect.objectContaining({ channel_id: "D1", prompts: greeting?.prompts }),
      expect.anything(),
    );
  });

  it("says to a guest what the rules say, and suggests nothing", async () => {
    const { greeting, call } = await meet({ guest: true }, "Guests may not use Steward's tools.");
    const drawn = JSON.stringify(drawGreeting(greeting as Greeting));
    expect(drawn).toContain("Guests may not use Steward's tools.");
    expect(drawn).not.toContain("merge requests");
    expect(call).not.toHaveBeenCalled();
  });
});
