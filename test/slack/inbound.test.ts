import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEnvelope } from "../../src/slack/envelope.ts";
import { type Heard, hear as hearEnvelope, plainText } from "../../src/slack/inbound.ts";

const bot = "U0STEWARD";

const hear = (body: unknown, self: string): Heard => {
  const read = readEnvelope(body);
  return read === undefined ? { kind: "unknown" } : hearEnvelope(read, self);
};
const envelope = (event: object, extra: object = {}) => ({
  type: "event_callback",
  team_id: "T1",
  event_id: "Ev1",
  event: { channel: "C1", user: "U1", ts: "100.1", text: "hello", ...event },
  ...extra,
});

describe("hear", () => {
  it("makes one id of the two events of a mention, in either order", () => {
    const text = `<@${bot}> why did it fail?`;
    const message = hear(envelope({ type: "message", channel_type: "channel", text }), bot);
    const mention = hear(envelope({ type: "app_mention", text }), bot);
    expect(message).toEqual(mention);
    expect(message).toMatchObject({ kind: "ask", id: "T1/C1/100.1", text: "why did it fail?" });
  });

  it("keys a conversation by its thread, and a top-level message starts one", () => {
    const reply = hear(
      envelope({ type: "message", channel_type: "im", channel: "D1", thread_ts: "90.0" }),
      bot,
    );
    expect(reply).toMatchObject({
      kind: "ask",
      conversation: { key: "T1/D1/90.0", kind: "dm" },
      inThread: true,
    });
    const first = hear(envelope({ type: "message", channel_type: "im", channel: "D1" }), bot);
    expect(first).toMatchObject({ conversation: { key: "T1/D1/100.1" }, inThread: false });
  });

  it("puts the enterprise into every key, and prefers the first authorization", () => {
    const authorizations = [{ team_id: "T2", enterprise_id: "E1", user_id: bot }];
    const heard = hear(envelope({ type: "message", channel_type: "im" }, { authorizations }), bot);
    expect(heard).toMatchObject({ id: "E1.T2/C1/100.1" });
  });

  it("asks about a reply in a thread only where it may be meant", () => {
    const reply = { type: "message", channel_type: "channel", thread_ts: "90.0" };
    expect(hear(envelope(reply), bot).kind).toBe("maybe");
    expect(hear(envelope({ ...reply, text: "<@U2> can you look?" }), bot).kind).toBe("ignored");
    expect(hear(envelope({ ...reply, text: "Thanks!" }), bot).kind).toBe("ignored");
    expect(hear(envelope({ ...reply, thread_ts: undefined }), bot).kind).toBe("ignored");
  });

  it.each([
    ["an edit", { subtype: "message_changed" }],
    ["a deletion", { subtype: "message_deleted" }],
    ["a bot", { bot_id: "B1" }],
    ["itself", { user: bot }],
    ["nobody", { user: undefined }],
  ])("never answers %s", (_, event) => {
    expect(hear(envelope({ type: "message", channel_type: "im", ...event }), bot).kind).toBe("ignored");
  });

  it("calls a payload of unknown shape unknown, and never throws", () => {
    expect(hear({ type: "event_callback", team_id: 7 }, bot).kind).toBe("unknown");
    expect(hear(envelope({ type: "message", ts: 5 }), bot).kind).toBe("unknown");
    fc.assert(fc.property(fc.anything(), (body) => ["unknown", "ignored"].includes(hear(body, bot).kind)));
  });
});

describe("plainText", () => {
  it("takes the bot's own mention and Slack's entities out", () => {
    expect(plainText(`<@${bot}> merge <https://gl/x|!482> &amp; tell <#C1|general> &lt;b&gt;`, bot)).toBe(
      "merge https://gl/x & tell #general <b>",
    );
  });

  it("decodes once: a written entity stays what was written", () => {
    expect(plainText("&amp;lt;", bot)).toBe("&lt;");
  });
});
