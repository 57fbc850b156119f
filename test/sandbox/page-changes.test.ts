import { describe, expect, it } from "vitest";
import { applyChange } from "../../sandbox/page/changes.ts";
import type { Change, Contents } from "../../sandbox/page/types.ts";

const message = (ts: string, more: object = {}) => ({ ts, user: "U0ANNA", text: `text ${ts}`, ...more });
const contents: Contents = {
  id: "C1",
  messages: [message("1.1", { thread_ts: "1.1" }), message("3.0")],
  threads: { "1.1": [message("2.0", { thread_ts: "1.1" })] },
  ephemerals: [],
  statuses: [],
  sessions: [],
  titles: {},
  prompts: null,
};
const apply = (type: string, data: object, to = contents): Contents => {
  const applied = applyChange(to, { id: 1, type, data: { channel: "C1", ...data } } as Change);
  if (applied === "stale") throw new Error(`${type} was not applied`);
  return applied;
};
const stamps = (list: readonly { ts: string }[] | undefined) => list?.map(({ ts }) => ts);

describe("a change of the workspace", () => {
  it("adds a message in its place, and the same one never twice", () => {
    const once = apply("message.posted", { message: message("2.5") });
    expect(stamps(once.messages)).toEqual(["1.1", "2.5", "3.0"]);
    expect(stamps(apply("message.posted", { message: message("2.5") }, once).messages)).toHaveLength(3);
  });

  it("adds a reply to its thread alone, and renews its parent", () => {
    const parent = message("3.0", { thread_ts: "3.0" });
    const next = apply("message.posted", { message: message("4.0", { thread_ts: "3.0" }), parent });
    expect(stamps(next.messages)).toEqual(["1.1", "3.0"]);
    expect(next.messages[1]).toBe(parent);
    expect(stamps(next.threads["3.0"])).toEqual(["4.0"]);
    expect(next.threads["1.1"]).toBe(contents.threads["1.1"]);
  });

  it("shows a broadcast reply in both places", () => {
    const reply = message("4.0", { thread_ts: "1.1", subtype: "thread_broadcast" });
    const next = apply("message.posted", { message: reply });
    expect(stamps(next.messages)).toEqual(["1.1", "3.0", "4.0"]);
    expect(stamps(next.threads["1.1"])).toEqual(["2.0", "4.0"]);
  });

  it("replaces what was edited, and adds nothing that is not shown", () => {
    const edited = message("2.0", { thread_ts: "1.1", text: "new" });
    expect(apply("message.changed", { message: edited }).threads["1.1"]).toEqual([edited]);
    expect(apply("message.changed", { message: message("0.5") }).messages).toHaveLength(2);
  });

  it("keeps one status a thread, and none when it is empty", () => {
    const working = apply("status.changed", { thread_ts: "1.1", status: "is working…" });
    const reading = apply("status.changed", { thread_ts: "1.1", status: "Reading" }, working);
    expect(reading.statuses).toEqual([{ thread_ts: "1.1", status: "Reading" }]);
    expect(apply("status.changed", { thread_ts: "1.1", status: "" }, reading).statuses).toEqual([]);
  });

  it("adds, replaces and removes what one person alone sees", () => {
    const ephemeral = { ts: "5.0", channel: "C1", user: "U0ANNA", text: "no" };
    const posted = apply("ephemeral.posted", { ephemeral });
    const changed = apply("ephemeral.changed", { ephemeral: { ...ephemeral, text: "yes" } }, posted);
    expect(changed.ephemerals.map(({ text }) => text)).toEqual(["yes"]);
    expect(apply("ephemeral.deleted", { ephemeral }, changed).ephemerals).toEqual([]);
  });

  it("lets a streamed message grow where it stands", () => {
    const grown = message("2.0", { thread_ts: "1.1", text: "so far", streaming_state: "in_progress" });
    const { threads } = apply("stream.changed", { message: grown });
    expect(threads["1.1"]).toEqual([grown]);
  });

  it("keeps the newest state of a thread's session, and its title", () => {
    const running = apply("session.changed", { session: { thread_ts: "1.1", status: "processing" } });
    const other = apply("session.changed", { session: { thread_ts: "3.0", status: "active" } }, running);
    const over = apply("session.changed", { session: { thread_ts: "1.1", status: "active" } }, other);
    expect(over.sessions).toEqual([
      { thread_ts: "3.0", status: "active" },
      { thread_ts: "1.1", status: "active" },
    ]);
    expect(apply("title.changed", { thread_ts: "1.1", title: "Pipeline 8812" }).titles).toEqual({
      "1.1": "Pipeline 8812",
    });
  });

  it("puts reactions to their message, in a thread as well, and to no other", () => {
    const reactions = [{ name: "+1", users: ["U0ANNA"] }];
    const reply = apply("reaction.changed", { ts: "2.0", reactions });
    expect(reply.threads["1.1"]?.map((one) => one.reactions)).toEqual([reactions]);
    expect(reply.messages).toEqual(contents.messages);
    const top = apply("reaction.changed", { ts: "3.0", reactions });
    expect(top.messages.map((one) => one.reactions)).toEqual([undefined, reactions]);
    expect(apply("reaction.changed", { ts: "9.9", reactions })).toEqual(contents);
  });

  it("asks for a new reading where it cannot know", () => {
    const change = { id: 1, type: "message.deleted", data: { channel: "C1", previous: message("3.0") } };
    expect(applyChange(contents, change)).toBe("stale");
  });
});
