import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPolicy } from "../../../src/gate/policy/index.ts";
import { loadPolicies } from "../../../src/gate/policy/load.ts";
import type { Directory } from "../../../src/gate/types.ts";
import { merge, person, vocabulary } from "./support.ts";

const people = ["anna", "boris", "elif"].map((name) => person(name));

/** A workspace where Elif is in the Slack user group of payments-leads. */
const directory: Directory = {
  person: async (_, user) => people.find((one) => one.user === user),
  personByEmail: async (_, email) => people.find((one) => one.email === email),
  usergroup: async (_, id) => (id === "S0PAYLEADS" ? ["U0ELIF"] : []),
  inChannel: async () => true,
};

describe("the shipped folder in a workspace", () => {
  const loaded = loadPolicies(join(import.meta.dirname, "../../../policies"), vocabulary);
  const open = () =>
    openPolicy(loaded, vocabulary, {
      directory,
      channelFacts: async () => ({ name: "payments-dev", shared: false }),
    });

  it("asks the leads, and counts both kinds of them", async () => {
    const { policy, groups } = open();
    const request = merge({ risk: 2, channel: "C0PAYDEV" });
    const decision = await policy.decide(request);
    const [ask] = decision.kind === "ask" ? decision.asks : [];
    if (ask === undefined) throw new Error(`expected an ask, got ${JSON.stringify(decision)}`);
    expect((await groups.people(ask.group, "T0")).map(({ name }) => name)).toEqual(["boris", "elif"]);
    const counted = await Promise.all(people.map((one) => policy.mayApprove(one, ask, request)));
    expect(counted).toEqual([false, true, true]);
  });

  it("knows who is who elsewhere, and a channel's settings", async () => {
    const { elsewhere, channels } = open();
    expect(elsewhere(person("anna")).gitlab).toBe("anna");
    expect(await channels("T0", "C0PAYDEV")).toEqual({ mode: "on", shared: false });
  });
});
