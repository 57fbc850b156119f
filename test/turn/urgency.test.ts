import { describe, expect, it } from "vitest";
import type { ConversationRef } from "../../src/core/turn.ts";
import { incidentsFirst } from "../../src/turn/urgency.ts";

const inChannel = (channel: string): ConversationRef => ({
  ...{ key: `T1/${channel}/1`, workspace: "T1", channel, threadTs: "1", kind: "channel" },
});

describe("what comes before all else", () => {
  it("is what an incident channel asks; known channels are answered at once, and renewed aside", async () => {
    let now = 0;
    let incident = true;
    const asked: string[] = [];
    const urgency = incidentsFirst(
      (_, channel) => {
        asked.push(channel);
        return Promise.resolve({ incident: incident && channel === "C1" });
      },
      () => now,
    );
    await expect(urgency(inChannel("C1"))).resolves.toBe(true);
    await expect(urgency(inChannel("C2"))).resolves.toBe(false);
    expect(urgency(inChannel("C1"))).toBe(true);
    expect(asked).toEqual(["C1", "C2"]);
    incident = false;
    now = 61_000;
    // The old answer serves while the new one is fetched.
    expect(urgency(inChannel("C1"))).toBe(true);
    await expect.poll(() => urgency(inChannel("C1"))).toBe(false);
    expect(asked).toEqual(["C1", "C2", "C1"]);
  });

  it("is nothing whose channel cannot be read, and a direct message is not looked up", async () => {
    const urgency = incidentsFirst(() => Promise.reject(new Error("Slack is away")));
    await expect(urgency(inChannel("C1"))).resolves.toBe(false);
    expect(urgency({ ...inChannel("D1"), kind: "dm" })).toBe(false);
  });

  it("does not keep an acknowledgement waiting for a setting that does not come", async () => {
    const urgency = incidentsFirst(() => new Promise(() => {}));
    await expect(urgency(inChannel("C1"))).resolves.toBe(false);
  });
});
