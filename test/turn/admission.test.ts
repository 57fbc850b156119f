import { describe, expect, it } from "vitest";
import type { Principal } from "../../src/core/principal.ts";
import type { ConversationRef } from "../../src/core/turn.ts";
import { createAdmission } from "../../src/turn/admission.ts";

const anna: Principal = {
  ...{ kind: "person", workspace: "T1", user: "UANNA", name: "Anna", timezone: "UTC" },
  ...{ guest: false, external: false, bot: false, active: true },
};
const conversation: ConversationRef = {
  ...{ key: "T1/C1/1.0", workspace: "T1", channel: "C1", threadTs: "1.0", kind: "channel" },
};
type Settings = Awaited<ReturnType<Parameters<typeof createAdmission>[0]["settings"]>>;

const admit = (settings: Partial<Settings>, forbidden?: string) =>
  createAdmission({
    settings: () => Promise.resolve({ mode: "on", shared: false, ...settings }),
    forbidden: () => Promise.resolve(forbidden),
  });
const why = "Guests may not use Steward's tools.";

describe("who is let in", () => {
  it("lets people in, with the channel's agent", async () => {
    expect(await admit({ agent: "operations" })(anna, conversation, false)).toEqual({
      kind: "in",
      agent: "operations",
    });
    expect(await admit({ mode: "read-only" })(anna, conversation, false)).toEqual({ kind: "in" });
  });

  it.each([
    ["a guest", { guest: true }],
    ["somebody of another organisation", { external: true }],
    ["somebody who left", { active: false }],
  ])("asks the rules about %s, and says what they say", async (_, more) => {
    const outcome = await admit({}, why)({ ...anna, ...more }, conversation, false);
    expect(outcome).toMatchObject({
      kind: "out",
      what: "outsider",
      text: expect.stringContaining(why) as string,
    });
    // Where the rules leave them something, they are let in.
    expect(await admit({})({ ...anna, ...more }, conversation, false)).toEqual({ kind: "in" });
  });

  it("does not ask the rules about our own people", async () => {
    expect(await admit({}, why)(anna, conversation, false)).toEqual({ kind: "in" });
  });

  it("works in no channel that is off, and says where that is written", async () => {
    const source = "policies/channels.yml:3";
    expect(await admit({ mode: "off", source })(anna, conversation, false)).toMatchObject({
      what: "off:C1",
      text: `I am switched off in this channel (${source}). Ask me in a direct message instead.`,
    });
  });

  it("says nothing into a channel that another organisation shares, unless the file opens it", async () => {
    const shared = /Another organisation shares this channel/;
    const heard = await admit({})(anna, conversation, true);
    expect(heard).toMatchObject({ kind: "out", text: expect.stringMatching(shared) as string });
    const known = await admit({ mode: "off", shared: true })(anna, conversation, false);
    expect(known).toMatchObject({ kind: "out", text: expect.stringMatching(shared) as string });
    const opened = admit({ mode: "on", shared: true, source: "policies/channels.yml:3" });
    expect(await opened(anna, conversation, true)).toEqual({ kind: "in" });
  });
});
