import { LogLevel, WebClient } from "@slack/web-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";
import { EVENTS } from "../../sandbox/slack/defaults.ts";
import { type Product, startProduct } from "./slack-product.ts";

const PAYDEV = "C0PAYDEV";
const ANNA = { recipient_user_id: "U0ANNA", recipient_team_id: "T0NORTHWIND" };
const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => LogLevel.ERROR,
};
let slack: SlackSim;
let product: Product;
let client: WebClient;

beforeAll(async () => {
  product = await startProduct();
  slack = await startSlack({
    limits: false,
    productUrl: product.url,
    events: [...EVENTS, "agent_session_title_changed", "app_context_changed"],
  });
  client = new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    logger: quiet,
    rejectRateLimitedCalls: true,
  });
});
afterAll(async () => {
  await slack.stop();
  await product.close();
});
beforeEach(() => {
  slack.reset();
  product.received.splice(0);
});

const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: { data?: { error?: string } }) => error.data?.error,
  );
const first = () => slack.messages(PAYDEV)[0]?.ts ?? "";
const api = async (method: string, args: Record<string, unknown>): Promise<Record<string, unknown>> => ({
  ...(await client.apiCall(method, args)),
});
const start = async (more: Record<string, unknown> = {}): Promise<string> => {
  const args = { channel: PAYDEV, thread_ts: first(), ...ANNA, ...more };
  return String((await api("chat.startStream", args))["ts"]);
};
const append = (ts: string, more: Record<string, unknown>) =>
  api("chat.appendStream", { channel: PAYDEV, ts, ...more });
const stop = (ts: string, more: Record<string, unknown> = {}) =>
  api("chat.stopStream", { channel: PAYDEV, ts, ...more });
const message = (ts: string) => slack.thread(PAYDEV, first()).find((each) => each.ts === ts);
const eventsOf = (type: string) =>
  product.received
    .map(({ body }) => body["event"] as Record<string, unknown>)
    .filter((event) => event["type"] === type);

describe("a stream", () => {
  it("grows by texts, tasks and blocks, and ends with what stands below it", async () => {
    const ts = await start({ task_display_mode: "plan" });
    expect(message(ts)).toMatchObject({ streaming_state: "in_progress", text: "" });
    await append(ts, { markdown_text: "One" });
    const step = { type: "task_update", id: "1", title: "Reading", status: "in_progress" };
    await append(ts, { chunks: [{ type: "plan_update", title: "Steps" }, step] });
    await append(ts, { chunks: [{ ...step, status: "complete", output: "Read." }] });
    await append(ts, { chunks: [{ type: "markdown_text", text: " and two" }] });
    await append(ts, { chunks: [{ type: "blocks", blocks: [{ type: "divider" }] }] });
    const button = { type: "button", action_id: "go", text: { type: "plain_text", text: "Go" } };
    const metadata = { event_type: "t", event_payload: { a: 1 } };
    await stop(ts, { markdown_text: "!", blocks: [{ type: "actions", elements: [button] }], metadata });
    expect(message(ts)).toMatchObject({
      text: "One and two!",
      streaming_state: "completed",
      metadata,
      blocks: [
        { type: "plan", title: "Steps", tasks: [{ task_id: "1", status: "complete" }] },
        { type: "markdown", text: "One" },
        { type: "markdown", text: " and two" },
        { type: "divider" },
        { type: "markdown", text: "!" },
        { type: "actions" },
      ],
    });
    expect(slack.violations()).toEqual([]);
    await slack.waitFor(() => slack.deliveries().every(({ state }) => state === "delivered"));
    // The start is a message, the end its change; what came between is nobody's event.
    const told = product.received.flatMap(({ body }) => {
      const event = body["event"] as { ts: string; subtype?: string; message?: { ts: string } };
      return (event.message?.ts ?? event.ts) === ts ? [event.subtype ?? "posted"] : [];
    });
    expect(told).toEqual(["posted", "message_changed"]);
  });

  it.each([
    ["channel only", { channel: PAYDEV }, "missing_recipient_user_id"],
    ["no team", { channel: PAYDEV, recipient_user_id: "U0ANNA" }, "missing_recipient_team_id"],
    ["an unknown person", { channel: PAYDEV, ...ANNA, recipient_user_id: "U0NOBODY" }, "user_not_found"],
    ["an unknown channel", { channel: "C0NOWHERE", ...ANNA }, "channel_not_found"],
    [
      "both",
      { channel: PAYDEV, ...ANNA, markdown_text: "a", chunks: [{ type: "markdown_text", text: "a" }] },
      "cannot_provide_both_markdown_text_and_chunks",
    ],
    ["other chunks", { channel: PAYDEV, ...ANNA, chunks: [{ type: "picture" }] }, "invalid_chunks"],
    ["a plan of another kind", { channel: PAYDEV, ...ANNA, task_display_mode: "grid" }, "invalid_arguments"],
    ["long text", { channel: PAYDEV, ...ANNA, markdown_text: "a".repeat(12_001) }, "msg_too_long"],
  ])("does not start with %s", async (_, args, error) => {
    expect(await refused(api("chat.startStream", args))).toBe(error);
    expect(slack.agent.streams()).toEqual([]);
  });

  it("needs no recipient in direct messages", async () => {
    const channel = slack.dm("U0ANNA");
    expect(await refused(api("chat.startStream", { channel }))).toBe("ok");
  });

  it("takes about 12,000 characters in all, and 50 blocks", async () => {
    const ts = await start({ markdown_text: "a".repeat(6_000) });
    await append(ts, { markdown_text: "a".repeat(5_950) });
    expect(await refused(append(ts, { markdown_text: "a".repeat(60) }))).toBe("msg_too_long");
    const task = { type: "task_update", id: "1", title: "A step", status: "pending" };
    expect(await refused(append(ts, { chunks: [task] }))).toBe("msg_too_long");
    const dividers = (count: number) => [
      { type: "blocks", blocks: Array.from({ length: count }, () => ({ type: "divider" })) },
    ];
    await append(ts, { chunks: dividers(49) });
    expect(await refused(append(ts, { chunks: dividers(2) }))).toBe("msg_blocks_too_many");
    const below = Array.from({ length: 51 }, () => ({ type: "divider" }));
    expect(await refused(stop(ts, { blocks: below }))).toBe("msg_blocks_too_many");
    await stop(ts, { blocks: below.slice(1) });
    expect(message(ts)?.text).toHaveLength(11_950);
    expect(message(ts)?.blocks).toHaveLength(1 + 49 + 50);
  });

  it("refuses what does not fit its state", async () => {
    const ts = await start({ markdown_text: "Hello" });
    expect(await refused(append(ts, {}))).toBe("markdown_text_or_chunks_required");
    expect(await refused(append("1.000000", { markdown_text: "a" }))).toBe("message_not_found");
    expect(await refused(append(first(), { markdown_text: "a" }))).toBe("message_not_owned_by_app");
    expect(await refused(client.chat.update({ channel: PAYDEV, ts, text: "Mine" }))).toBe(
      "streaming_state_conflict",
    );
    await stop(ts);
    expect(await refused(append(ts, { markdown_text: "a" }))).toBe("message_not_in_streaming_state");
    expect(await refused(stop(ts))).toBe("message_not_in_streaming_state");
    expect(await refused(client.chat.update({ channel: PAYDEV, ts, text: "Final" }))).toBe("ok");
    const { ts: posted } = await client.chat.postMessage({ channel: PAYDEV, text: "Posted" });
    expect(await refused(append(String(posted), { markdown_text: "a" }))).toBe(
      "message_not_in_streaming_state",
    );
  });

  it("is closed by Slack after five minutes, even while it grows", async () => {
    const ts = await start({ markdown_text: "One" });
    slack.advance(4 * 60_000);
    await append(ts, { markdown_text: " two" });
    slack.advance(60_000);
    expect(await refused(append(ts, { markdown_text: " three" }))).toBe("message_not_in_streaming_state");
    expect(message(ts)).toMatchObject({ text: "One two", streaming_state: "errored" });
  });

  it("is seen live by its recipient alone; others see how it began until its end", async () => {
    const ts = await start({ markdown_text: "One" });
    await append(ts, { markdown_text: " two" });
    const seenBy = async (as: string) => {
      const reply = await fetch(`${slack.url}/control/state?as=${as}&channel=${PAYDEV}`);
      const { channel } = (await reply.json()) as {
        channel: { threads: Record<string, { ts: string; text: string }[]> };
      };
      return channel.threads[first()]?.find((each) => each.ts === ts)?.text;
    };
    expect([await seenBy("U0ANNA"), await seenBy("U0BORIS")]).toEqual(["One two", "One"]);
    await stop(ts);
    expect([await seenBy("U0ANNA"), await seenBy("U0BORIS")]).toEqual(["One two", "One two"]);
  });

  it("may be deleted while it is open", async () => {
    const ts = await start({ markdown_text: "One" });
    await client.chat.delete({ channel: PAYDEV, ts });
    expect(await refused(append(ts, { markdown_text: "a" }))).toBe("message_not_found");
    slack.advance(5 * 60_000);
    expect(message(ts)).toBeUndefined();
  });

  it("is not to be had where Slack has no streams", async () => {
    slack.agent.allow({ streaming: false });
    expect(await refused(start())).toBe("unknown_method");
    expect(slack.violations()).toEqual([]);
  });

  it("opens twenty times a minute", async () => {
    slack.limits(true);
    const starts = await Promise.all(Array.from({ length: 21 }, () => refused(start())));
    slack.limits(false);
    expect(starts.filter((each) => each === "ok")).toHaveLength(20);
  });
});

describe("a session", () => {
  const set = (status: string, more: Record<string, unknown> = {}) =>
    api("agents.sessions.setStatus", { channel_id: PAYDEV, thread_ts: first(), status, ...more });
  const status = () => slack.agent.session(PAYDEV, first())?.status;

  it("is opened by a stream and changed by its end", async () => {
    const ts = await start();
    expect(slack.agent.session(PAYDEV, first())).toMatchObject({ status: "processing", initiator: "U0ANNA" });
    await stop(ts, { session_status: "suspended" });
    expect(status()).toBe("suspended");
    await stop(await start());
    expect(status()).toBe("active");
    expect(await refused(stop(await start(), { session_status: "done" }))).toBe("invalid_arguments");
  });

  it("has a status, and a title from its opening on", async () => {
    await set("processing", { title: "First" });
    await set("closed", { title: "Second" });
    expect([status(), slack.title(PAYDEV, first())]).toEqual(["closed", "First"]);
    const rename = { channel_id: PAYDEV, thread_ts: first(), title: "Third" };
    await api("agents.sessions.rename", rename);
    expect(slack.title(PAYDEV, first())).toBe("Third");
    expect(await refused(api("agents.sessions.rename", { ...rename, title: "a".repeat(201) }))).toBe(
      "invalid_name",
    );
    const other = slack.messages(PAYDEV).at(-1)?.ts;
    expect(await refused(api("agents.sessions.rename", { ...rename, thread_ts: other }))).toBe(
      "session_not_found",
    );
    expect(await refused(set("busy"))).toBe("invalid_status");
    expect(await refused(api("agents.sessions.setStatus", { channel_id: PAYDEV, status: "active" }))).toBe(
      "thread_ts_required",
    );
    expect(await refused(set("active", { initiator_user_id: "U0NOBODY" }))).toBe("user_not_found");
  });

  it("shares its place with the status line: the last writer wins", async () => {
    const line = (text: string) =>
      api("assistant.threads.setStatus", { channel_id: PAYDEV, thread_ts: first(), status: text });
    await line("is reading");
    await set("processing");
    expect(slack.status(PAYDEV, first())).toBeUndefined();
    await line("is reading on");
    expect(slack.status(PAYDEV, first())?.status).toBe("is reading on");
    await client.chat.postMessage({ channel: PAYDEV, thread_ts: first(), text: "Read." });
    expect(slack.status(PAYDEV, first())).toBeUndefined();
    expect(status()).toBe("processing");
  });

  it("forgets that it was processing after an hour", async () => {
    await set("processing");
    slack.advance(3_599_000);
    expect(status()).toBe("processing");
    slack.advance(1_000);
    expect(status()).toBe("active");
  });

  it("is for agents alone", async () => {
    slack.agent.allow({ agent: false });
    expect(await refused(set("processing"))).toBe("not_authorized");
    await start();
    expect(slack.agent.sessions()).toEqual([]);
  });

  it("takes fifty changes a minute", async () => {
    slack.limits(true);
    const changes = await Promise.all(Array.from({ length: 51 }, () => refused(set("processing"))));
    slack.limits(false);
    expect(changes.filter((each) => each === "ok")).toHaveLength(50);
  });
});

describe("Stop", () => {
  it("ends the streams and tells the app, whoever presses it", async () => {
    const ts = await start({ markdown_text: "One" });
    expect(slack.agent.pressStop({ as: "U0BORIS", channel: PAYDEV, thread_ts: first() })).toEqual({
      stopped: [ts],
    });
    expect(await refused(append(ts, { markdown_text: " two" }))).toBe("stopped_by_user");
    expect(await refused(stop(ts))).toBe("message_not_in_streaming_state");
    expect(message(ts)).toMatchObject({ text: "One", streaming_state: "completed" });
    // The work goes on until the app ends it.
    expect(slack.agent.session(PAYDEV, first())?.status).toBe("processing");
    const [event] = await slack.waitFor(() => {
      const found = eventsOf("agent_session_stopped");
      return found.length > 0 && found;
    });
    expect(event).toMatchObject({
      channel: PAYDEV,
      user: "U0BORIS",
      thread_ts: first(),
      streaming_message_ts: [ts],
    });
  });

  it("is there only while the session is processing, for those who see the thread", async () => {
    const press = (as: string) => () => slack.agent.pressStop({ as, channel: PAYDEV, thread_ts: first() });
    expect(press("U0ANNA")).toThrow("not processing");
    await start();
    expect(press("U0HUGO")).toThrow("may not see");
  });

  it("is not there where the app does not listen for it, and starting a stream says so", async () => {
    const deaf = await startSlack({ limits: false, events: [] });
    const other = new WebClient(deaf.botToken, { slackApiUrl: deaf.apiUrl, logger: quiet });
    const thread_ts = deaf.messages(PAYDEV)[0]?.ts ?? "";
    const started = await other.apiCall("chat.startStream", { channel: PAYDEV, thread_ts, ...ANNA });
    expect(started).toMatchObject({ warning: "missing_agent_session_stopped_event_subscription" });
    expect(() => deaf.agent.pressStop({ as: "U0ANNA", channel: PAYDEV, thread_ts })).toThrow(
      "not subscribed",
    );
    await deaf.stop();
  });
});

describe("what people change", () => {
  it("titles and what they look at reach the app", async () => {
    await start();
    slack.agent.rename({ as: "U0ANNA", channel: PAYDEV, thread_ts: first(), title: "Mine" });
    const entities = [{ type: "slack#/types/channel_id", value: PAYDEV, team_id: slack.teamId }];
    slack.agent.view({ as: "U0ANNA", entities });
    slack.agent.view({ as: "U0BORIS", entities: [] });
    slack.say({ as: "U0ANNA", channel: slack.dm("U0ANNA"), text: "What is this?" });
    await slack.waitFor(() => eventsOf("message").some((event) => event["app_context"] !== undefined));
    expect(eventsOf("agent_session_title_changed")).toMatchObject([{ title: "Mine", user: "U0ANNA" }]);
    expect(eventsOf("app_context_changed").map((event) => event["context"])).toEqual([{ entities }, {}]);
    expect(eventsOf("message").at(-1)).toMatchObject({ app_context: { entities } });
  });
});
