import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEnvelope } from "../../src/slack/envelope.ts";
import { namedAgent } from "../../src/slack/orders.ts";
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
    expect(hear(envelope({ ...reply, text: "<@U2> can you look?" }), bot).kind).toBe("overheard");
    expect(hear(envelope({ ...reply, text: "Thanks!" }), bot).kind).toBe("overheard");
    expect(hear(envelope({ ...reply, thread_ts: undefined }), bot).kind).toBe("ignored");
  });

  it("leaves open whether a nod answers a question", () => {
    for (const [channel_type, channel] of [
      ["channel", "C1"],
      ["im", "D1"],
    ]) {
      const nod = { type: "message", channel_type, channel, thread_ts: "90.0", text: "ok" };
      expect(hear(envelope(nod), bot)).toMatchObject({ kind: "assent", user: "U1" });
    }
  });

  it.each([
    ["an edit without its message", { subtype: "message_changed" }],
    ["a deletion without its message", { subtype: "message_deleted" }],
    ["somebody's joining", { subtype: "channel_join" }],
    ["a bot", { bot_id: "B1" }],
    ["a bot that names it in a direct message", { bot_id: "B1", text: `<@${bot}> hello`, channel: "D1" }],
    ["itself", { user: bot }],
    ["itself naming itself", { user: bot, text: `<@${bot}> hello`, channel_type: "channel" }],
    ["nobody", { user: undefined }],
  ])("never answers %s", (_, event) => {
    expect(hear(envelope({ type: "message", channel_type: "im", ...event }), bot).kind).toBe("ignored");
  });

  it("hears another program only where it names Steward at the top of a channel", () => {
    const alert = { type: "message", channel_type: "channel", user: "UALERT", bot_id: "B1" };
    const text = `<@${bot}> error rate on card-auth`;
    expect(hear(envelope({ ...alert, text }), bot)).toMatchObject({ kind: "ask", bot: true, user: "UALERT" });
    expect(hear(envelope({ ...alert, text, thread_ts: "90.0" }), bot).kind).toBe("ignored");
    expect(hear(envelope({ ...alert, text: "error rate" }), bot).kind).toBe("ignored");
  });

  it.each([
    ["stop", "stop"],
    ["Stop it, please.", "stop"],
    ["please mute", "mute"],
    ["Unmute!", "unmute"],
    ["stop the deployment of ledger-api", undefined],
    ["mute the alerts of card-auth", undefined],
  ])("takes “%s” in a thread for the order %s", (text, order) => {
    const heard = hear(
      envelope({ type: "message", channel_type: "channel", thread_ts: "90.0", text: `<@${bot}> ${text}` }),
      bot,
    );
    expect(heard).toMatchObject(order === undefined ? { kind: "ask" } : { kind: "order", order });
  });

  it("takes no order at the top of a channel without a mention, and nods in a direct message for nothing", () => {
    const top = { type: "message", channel_type: "channel", text: "stop" };
    expect(hear(envelope(top), bot).kind).toBe("ignored");
    const nod = { type: "message", channel_type: "im", channel: "D1", thread_ts: "90.0", text: "thanks!" };
    expect(hear(envelope(nod), bot).kind).toBe("ignored");
  });

  it("needs a mention at the top of a group message, and none below it", () => {
    const group = { type: "message", channel_type: "mpim", channel: "G1" };
    expect(hear(envelope(group), bot).kind).toBe("ignored");
    expect(hear(envelope({ ...group, thread_ts: "90.0" }), bot)).toMatchObject({
      kind: "maybe",
      conversation: { kind: "group_dm" },
    });
  });

  describe("a change of a message", () => {
    const message = { type: "message", user: "U1", ts: "100.1", text: "merge !2" };
    const previous = { ...message, text: "merge !1" };
    const edit = (now: object = {}, before: object = {}) =>
      hear(
        envelope({
          ...{ type: "message", subtype: "message_changed", channel_type: "channel", ts: "101.0" },
          ...{ message: { ...message, ...now }, previous_message: { ...previous, ...before } },
        }),
        bot,
      );

    it("is an edit of what the message asked", () => {
      expect(edit()).toMatchObject({
        kind: "edited",
        id: "T1/C1/100.1",
        text: "merge !2",
        namedBefore: false,
      });
      expect(edit({ text: `<@${bot}> merge` })).toMatchObject({ kind: "edited", mentioned: true });
    });

    it("says when it was made, by the event within one second", () => {
      const made = (edited: string, event: string): string => {
        const heard = hear(
          envelope({
            ...{ type: "message", subtype: "message_changed", ts: event, event_ts: event },
            ...{ message: { ...message, edited: { user: "U1", ts: edited } }, previous_message: previous },
          }),
          bot,
        );
        return heard.kind === "edited" ? heard.editedAt : "";
      };
      const first = made("1763700001.000000", "1763700001.000200");
      const second = made("1763700001.000000", "1763700001.900100");
      const third = made("1763700002.000000", "1763700001.900100");
      expect([third, first, second].toSorted()).toEqual([first, second, third]);
      expect(new Set([first, second, third]).size).toBe(3);
    });

    it.each([
      ["an unfurl", { text: "merge !1", attachments: [] }, {}],
      ["a program's message", { bot_id: "B1" }, {}],
      ["its own message", { user: bot }, { user: bot }],
      ["a message whose former words are not told", {}, { text: undefined }],
    ])("is nothing for %s", (_, now, before) => {
      expect(edit(now, before).kind).toBe("ignored");
    });

    it("is a deletion, also where a stone is left for the replies", () => {
      const gone = hear(
        envelope({
          ...{ type: "message", subtype: "message_deleted", channel_type: "channel", ts: "101.0" },
          ...{ deleted_ts: "100.1", previous_message: { ...message, thread_ts: "90.0" } },
        }),
        bot,
      );
      expect(gone).toMatchObject({ kind: "deleted", id: "T1/C1/100.1", conversation: { key: "T1/C1/90.0" } });
      expect(edit({ subtype: "tombstone", text: "This message was deleted." })).toMatchObject({
        kind: "deleted",
        id: "T1/C1/100.1",
      });
    });
  });

  it("calls a payload of unknown shape unknown, and never throws", () => {
    expect(hear({ type: "event_callback", team_id: 7 }, bot).kind).toBe("unknown");
    expect(hear(envelope({ type: "message", ts: 5 }), bot).kind).toBe("unknown");
    fc.assert(fc.property(fc.anything(), (body) => ["unknown", "ignored"].includes(hear(body, bot).kind)));
  });

  it("holds for any event: no program's words but a mention at the top, never its own, one id for one message", () => {
    const id = fc.constantFrom(bot, "U1", "U2", undefined);
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("stop", "mute", "thanks", `<@${bot}> hi`, `<@U2> hi <@${bot}>`, `<@${bot}> stop`),
    );
    const event = fc.record({
      ...{ type: fc.constantFrom("message", "app_mention"), channel: fc.constantFrom("C1", "D1", "G1") },
      channel_type: fc.constantFrom("im", "mpim", "channel", "group", undefined),
      ...{
        user: id,
        text,
        ts: fc.constantFrom("100.1", "90.0"),
        thread_ts: fc.constantFrom("90.0", undefined),
      },
      subtype: fc.constantFrom(undefined, "file_share", "bot_message", "channel_join", "thread_broadcast"),
      bot_id: fc.constantFrom(undefined, null, "B1"),
    });
    fc.assert(
      fc.property(event, (given) => {
        const heard = hear(envelope(given), bot);
        const program = given.bot_id === "B1";
        if (heard.kind === "ignored" || heard.kind === "overheard") return true;
        if (!("id" in heard) || given.user === bot || given.user === undefined) return false;
        const top = given.thread_ts === undefined || given.thread_ts === given.ts;
        if (program && !(heard.kind === "ask" && heard.bot && top)) return false;
        return heard.id === `T1/${given.channel}/${given.ts}` && heard.conversation.key.startsWith("T1/");
      }),
    );
  });
});

describe("namedAgent", () => {
  const agents = [
    { name: "revenue", title: "Revenue" },
    { name: "engineering", title: "Engineering" },
  ];

  it.each([
    ["revenue: what is Globex worth?", { agent: "revenue", rest: "what is Globex worth?" }],
    ["Engineering : why is it red?", { agent: "engineering", rest: "why is it red?" }],
    ["revenu: what is Globex worth?", { agent: "revenue", rest: "what is Globex worth?" }],
    ["enginering: why?", { agent: "engineering", rest: "why?" }],
    ["note: the pipeline is red", undefined],
    ["https://example.com/x", undefined],
    ["revenue:", undefined],
  ])("%s", (text, expected) => {
    expect(namedAgent(text, agents)).toEqual(expected);
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
