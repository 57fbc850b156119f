import { describe, expect, it } from "vitest";
import type { Principal } from "../../../src/core/principal.ts";
import type { ConversationRef } from "../../../src/core/turn.ts";
import { runAccess } from "../../../src/slack/runs/access.ts";
import type { RunRecord } from "../../../src/slack/runs/record.ts";

const person = (user: string, more: Partial<Principal> = {}): Principal => ({
  ...{ kind: "person", workspace: "T1", user, name: user, email: `${user}@x`, timezone: "UTC" },
  ...{ guest: false, external: false, bot: false, active: true },
  ...more,
});
const asker = person("anna");
const run = (kind: ConversationRef["kind"], channel = "C1"): RunRecord => ({
  turn: "t",
  conversation: { key: `T1/${channel}/1`, workspace: "T1", channel, threadTs: "1", kind },
  ...{ state: "done", origin: "chat", principal: asker, request: { kind: "ask", text: "?" } },
  ...{ agent: "engineering", route: null, planner: null, began: new Date(0), ended: null, calls: [] },
  usage: { modelCalls: 0, toolCalls: 0, tokensIn: 0, tokensOut: 0 },
  participants: ["mail:anna@x", "mail:boris@x"],
});
const members: Record<string, string[]> = {
  auditors: ["farid"],
  "platform-leads": ["elif"],
};
const access = runAccess({
  groups: {
    names: Object.keys(members),
    isMember: async (group, { user }) => members[group]?.includes(user) === true,
  },
  directory: {
    inChannel: async (_workspace, _channel, user) => ["anna", "dan"].includes(user),
    channelFacts: async (_workspace, channel) => {
      if (channel === "CGONE") throw new Error("channel_not_found");
      return { closed: channel === "CBOARD" };
    },
  },
  ownerOf: (agent) => (agent === "engineering" ? "platform-leads" : undefined),
});
const nothing = { run: false, results: false };

describe("in a public channel", () => {
  it.each([
    ["the one who asked", "anna", { run: true, results: true }],
    ["a participant, without what the reads gave", "boris", { run: true, results: false }],
    ["an auditor", "farid", { run: true, results: true }],
    ["the owning team, without what the reads gave", "elif", { run: true, results: false }],
    ["nobody else", "dan", nothing],
  ])("%s", async (_, user, seen) => {
    expect(await access(run("channel"), person(user))).toEqual(seen);
  });
});

describe("in private", () => {
  it("a private channel's runs are its members', the owning team and auditors left out", async () => {
    expect(await access(run("private"), person("dan"))).toEqual({ run: true, results: false });
    for (const user of ["boris", "farid", "elif"])
      expect(await access(run("private"), person(user))).toEqual(nothing);
  });

  it("what was kept as a channel is private where Slack says so at the look", async () => {
    expect(await access(run("channel", "CBOARD"), asker)).toEqual({ run: true, results: true });
    expect(await access(run("channel", "CBOARD"), person("dan"))).toEqual({ run: true, results: false });
    for (const user of ["boris", "farid", "elif"])
      expect(await access(run("channel", "CBOARD"), person(user))).toEqual(nothing);
    await expect(access(run("channel", "CGONE"), person("farid"))).rejects.toThrow("channel_not_found");
  });

  it("a direct message's runs are those of who takes part in it", async () => {
    expect(await access(run("dm"), asker)).toEqual({ run: true, results: true });
    for (const user of ["dan", "farid", "elif"])
      expect(await access(run("dm"), person(user))).toEqual(nothing);
  });
});

it("shows nothing to people of another workspace, to programs and to who left", async () => {
  for (const more of [{ workspace: "T2" }, { bot: true }, { active: false }])
    expect(await access(run("channel"), person("anna", more))).toEqual(nothing);
});
