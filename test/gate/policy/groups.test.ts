import { describe, expect, it } from "vitest";
import type { Principal } from "../../../src/core/principal.ts";
import { createChannels, type FactsOf } from "../../../src/gate/policy/channels.ts";
import type { ChannelSettings, GroupFile } from "../../../src/gate/policy/files.ts";
import { createGroups } from "../../../src/gate/policy/groups.ts";
import { createElsewhere } from "../../../src/gate/policy/people.ts";
import { person } from "./support.ts";

const defined = new Map<string, GroupFile>([
  ["leads", { people: ["boris@example.com"], slack: "S0LEADS" }],
  ["admins", { people: ["grace@example.com", "gone@example.com"] }],
]);

/** A directory that counts its calls, and fails while `down`. */
const directory = () => {
  const state = { calls: 0, down: false, members: ["U0ELIF"] };
  const everybody = [person("boris"), person("elif"), person("grace")];
  const answer = <T>(value: T): Promise<T> => {
    state.calls += 1;
    return state.down ? Promise.reject(new Error("Slack is down")) : Promise.resolve(value);
  };
  return {
    state,
    usergroup: () => answer(state.members),
    person: (_: string, user: string) =>
      answer<Principal | undefined>(everybody.find((p) => p.user === user)),
    personByEmail: (_: string, email: string) =>
      answer<Principal | undefined>(everybody.find((p) => p.email === email)),
  };
};

describe("groups", () => {
  it("holds people by address and by Slack user group", async () => {
    const groups = createGroups(defined, directory());
    expect(await groups.isMember("leads", person("boris", { email: "Boris@Example.com" }))).toBe(true);
    expect(await groups.isMember("leads", person("elif"))).toBe(true);
    expect(await groups.isMember("leads", person("anna"))).toBe(false);
    expect((await groups.people("leads", "T0")).map(({ name }) => name)).toEqual(["boris", "elif"]);
    expect((await groups.people("admins", "T0")).map(({ name }) => name)).toEqual(["grace"]);
  });

  it("holds people by what the identity provider claims, and nobody whom it was never asked about", async () => {
    const claims = {
      of: ({ user }: { user: string }) => Promise.resolve(user === "U0ELIF" ? ["eng-sre"] : []),
      people: (_: string, group: string) => Promise.resolve(group === "eng-sre" ? ["U0ELIF", "U0LEFT"] : []),
    };
    const sre = new Map<string, GroupFile>([["sre", { people: [], oidc: "eng-sre" }]]);
    const groups = createGroups(sre, { ...directory(), claims });
    expect(await groups.isMember("sre", person("elif"))).toBe(true);
    expect(await groups.isMember("sre", person("boris"))).toBe(false);
    for (const change of [{ external: true }, { bot: true }, { active: false }]) {
      expect(await groups.isMember("sre", person("elif", change))).toBe(false);
    }
    expect((await groups.people("sre", "T0")).map(({ name }) => name)).toEqual(["elif"]);
    // Nowhere asked: nobody is in it. Not to be reached: nobody can say, and the gate denies.
    expect(await createGroups(sre, directory()).isMember("sre", person("elif"))).toBe(false);
    const away = { of: () => Promise.reject(new Error("away")), people: () => Promise.resolve([]) };
    const unsure = createGroups(sre, { ...directory(), claims: away });
    await expect(unsure.isMember("sre", person("elif"))).rejects.toThrow("away");
  });

  it("takes every full member for an employee, and names none", async () => {
    const groups = createGroups(defined, directory());
    expect(await groups.isMember("employees", person("anna"))).toBe(true);
    for (const change of [{ guest: true }, { external: true }, { bot: true }, { active: false }]) {
      expect(await groups.isMember("employees", person("anna", change))).toBe(false);
    }
    expect(await groups.people("employees", "T0")).toEqual([]);
  });

  it("does not believe the address of somebody else's person", async () => {
    const groups = createGroups(defined, directory());
    expect(await groups.isMember("leads", person("boris", { external: true }))).toBe(false);
    expect(await groups.isMember("leads", person("elif", { bot: true }))).toBe(false);
  });

  it("has the reserved groups, empty until the file fills them, and no others", async () => {
    const groups = createGroups(defined, directory());
    expect(groups.names).toEqual(["leads", "admins", "employees", "auditors"]);
    expect(await groups.isMember("auditors", person("farid"))).toBe(false);
    await expect(groups.isMember("laeds", person("boris"))).rejects.toThrow(/Did you mean 'leads'/);
  });

  it("asks the directory once a minute, and again at once after a failure", async () => {
    const slack = directory();
    let now = 0;
    const groups = createGroups(defined, slack, () => now);
    await Promise.all([groups.isMember("leads", person("elif")), groups.isMember("leads", person("anna"))]);
    now = 59_999;
    expect(await groups.isMember("leads", person("elif"))).toBe(true);
    expect(slack.state.calls).toBe(1);
    now = 60_000;
    slack.state.members = [];
    expect(await groups.isMember("leads", person("elif"))).toBe(false);
    now = 120_000;
    slack.state.down = true;
    await expect(groups.isMember("leads", person("elif"))).rejects.toThrow("Slack is down");
    slack.state.down = false;
    expect(await groups.isMember("leads", person("elif"))).toBe(false);
  });
});

describe("channels", () => {
  const written = (settings: Record<string, ChannelSettings>) =>
    new Map(
      Object.entries(settings).map(([key, one], at) => [
        key,
        { settings: one, source: `policies/channels.yml:${at + 1}` },
      ]),
    );
  const facts = (names: Record<string, string>, shared: string[] = []): FactsOf => {
    return async (_, channel) => ({ name: names[channel] ?? "general", shared: shared.includes(channel) });
  };

  it("knows a channel by id or by name, and where that is written", async () => {
    const channels = createChannels(
      written({ "#incidents": { mode: "off" }, C9: { mode: "read-only" } }),
      facts({ C1: "incidents" }),
    );
    const here = (mode: string, line: number) => ({
      ...{ mode, shared: false, source: `policies/channels.yml:${line}` },
    });
    expect(await channels("T0", "C1")).toEqual(here("off", 1));
    expect(await channels("T0", "C2")).toEqual({ mode: "on", shared: false });
    expect(await channels("T0", "C9")).toEqual(here("read-only", 2));
  });

  it("asks nothing about direct messages", async () => {
    const channels = createChannels(written({ "#x": { mode: "off" } }), () =>
      Promise.reject(new Error("never")),
    );
    expect(await channels("T0", "D1")).toEqual({ mode: "on", shared: false });
    expect(await channels("T0", "U1")).toEqual({ mode: "on", shared: false });
  });

  it("is off where another organisation listens, unless the file opens it, and never for internal data", async () => {
    const channels = createChannels(
      written({
        C2: { mode: "on" },
        C3: { mode: "on", data: "internal" },
        C4: { mode: "on", data: "public" },
      }),
      facts({}, ["C1", "C2", "C3", "C4"]),
    );
    const modes = await Promise.all(
      ["C1", "C2", "C3", "C4"].map(async (id) => (await channels("T0", id)).mode),
    );
    expect(modes).toEqual(["off", "on", "off", "on"]);
  });

  it("throws where Slack cannot be asked", async () => {
    const channels = createChannels(written({ "#incidents": { mode: "off" } }), () =>
      Promise.reject(new Error("down")),
    );
    await expect(channels("T0", "C1")).rejects.toThrow("down");
  });
});

describe("the people map", () => {
  const elsewhere = createElsewhere([
    { slack: "U0ANNA", email: "anna@example.com", gitlab: "anna" },
    { email: "boris@example.com", gitlab: "boris" },
  ]);

  it("finds people by account, else by address", () => {
    expect(elsewhere(person("anna")).gitlab).toBe("anna");
    expect(elsewhere(person("boris", { email: "BORIS@example.com" })).gitlab).toBe("boris");
    expect(elsewhere(person("carla"))).toEqual({});
  });

  it("lends nobody's account to somebody else", () => {
    expect(elsewhere(person("boris", { external: true }))).toEqual({});
    expect(elsewhere(person("other", { email: "anna@example.com" }))).toEqual({});
    expect(elsewhere(person("anna", { kind: "automation" }))).toEqual({});
  });
});
