import { ErrorCode, LogLevel, WebClient } from "@slack/web-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";

const PAYDEV = "C0PAYDEV";
/** The client's warnings about the very faults that the tests make. */
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
let client: WebClient;

beforeAll(async () => {
  slack = await startSlack({ limits: false });
  client = new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    logger: quiet,
    rejectRateLimitedCalls: true,
    timeout: 5_000,
  });
});
afterAll(() => slack.stop());
beforeEach(() => {
  slack.reset();
  slack.limits(false);
});

const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: { data?: { error?: string } }) => error.data?.error,
  );
const first = () => slack.messages(PAYDEV)[0]?.ts ?? "";
const button = (id: string) => ({
  type: "button" as const,
  action_id: id,
  text: { type: "plain_text" as const, text: "Go" },
});

describe("contract", () => {
  it("refuses unknown methods and arguments, and keeps them as violations", async () => {
    expect(await refused(client.apiCall("chat.explode"))).toBe("unknown_method");
    expect(
      await refused(client.apiCall("chat.postMessage", { channel: PAYDEV, text: "a", colour: "red" })),
    ).toBe("invalid_arguments");
    expect(await refused(client.apiCall("chat.postMessage", { text: "a" }))).toBe("invalid_arguments");
    expect(await refused(client.apiCall("users.list", { limit: "many" }))).toBe("invalid_arguments");
    expect(await refused(client.apiCall("team.info"))).toBe("missing_scope");
    expect(slack.violations().map(({ method, error }) => `${method} ${error}`)).toEqual([
      "chat.explode unknown_method",
      "chat.postMessage invalid_arguments",
      "chat.postMessage invalid_arguments",
      "users.list invalid_arguments",
      "team.info missing_scope",
    ]);
    expect(slack.violations()[1]?.detail).toContain("unknown argument [json-pointer:/colour]");
  });

  it("wants the token that it issued", async () => {
    const stranger = new WebClient("xoxb-other", { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
    expect(await refused(stranger.auth.test())).toBe("invalid_auth");
    const bare = await fetch(`${slack.apiUrl}auth.test`, { method: "POST" });
    expect(await bare.json()).toMatchObject({ ok: false, error: "not_authed" });
    const inBody = await fetch(`${slack.apiUrl}auth.test`, {
      method: "POST",
      body: new URLSearchParams({ token: slack.botToken }),
    });
    expect(await inBody.json()).toMatchObject({ ok: true, user_id: "U0STEWARD" });
    expect(JSON.stringify(slack.calls())).not.toContain("xoxb");
  });

  it("takes JSON bodies where Slack does", async () => {
    const headers = { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" };
    const body = JSON.stringify({ channel: PAYDEV, text: "Hello", blocks: [{ type: "divider" }] });
    const reply = await fetch(`${slack.apiUrl}chat.postMessage`, { method: "POST", headers, body });
    expect(await reply.json()).toMatchObject({ ok: true, message: { text: "Hello" } });
    const other = await fetch(`${slack.apiUrl}users.info`, {
      method: "POST",
      headers,
      body: JSON.stringify({ user: "U0ANNA" }),
    });
    expect(await other.json()).toMatchObject({ ok: false, error: "invalid_arguments" });
  });
});

describe("messages", () => {
  it("posts, edits, deletes, and refuses what is not the bot's", async () => {
    const { ts = "" } = await client.chat.postMessage({
      channel: PAYDEV,
      text: "One",
      blocks: [{ type: "actions", elements: [button("go")] }],
    });
    const updated = await client.chat.update({ channel: PAYDEV, ts, text: "Two" });
    expect(updated.message).toMatchObject({
      text: "Two",
      blocks: [{ type: "actions" }],
      edited: { user: "U0STEWARD" },
    });
    await client.chat.update({ channel: PAYDEV, ts, text: "Two", blocks: [] });
    expect(slack.messages(PAYDEV).at(-1)).toMatchObject({ ts, blocks: [] });
    expect(await refused(client.chat.update({ channel: PAYDEV, ts: first(), text: "Mine now" }))).toBe(
      "cant_update_message",
    );
    expect(await refused(client.chat.update({ channel: PAYDEV, ts: "1.000000", text: "Gone" }))).toBe(
      "message_not_found",
    );
    expect(await refused(client.chat.delete({ channel: PAYDEV, ts: first() }))).toBe("cant_delete_message");
    await client.chat.delete({ channel: PAYDEV, ts });
    expect(slack.messages(PAYDEV).some((message) => message.ts === ts)).toBe(false);
    expect(slack.violations()).toEqual([]);
  });

  it("keeps threads, and refuses a reply's ts as a thread", async () => {
    const { ts = "" } = await client.chat.postMessage({
      channel: PAYDEV,
      text: "In the thread",
      thread_ts: first(),
    });
    const { messages = [] } = await client.conversations.replies({ channel: PAYDEV, ts: first() });
    expect(messages.map((message) => message.ts)).toEqual(
      slack.thread(PAYDEV, first()).map((message) => message.ts),
    );
    expect(messages.at(-1)).toMatchObject({
      ts,
      thread_ts: first(),
      parent_user_id: "U0ANNA",
      bot_id: "B0STEWARD",
    });
    expect(messages[0]).toMatchObject({ reply_count: 3, latest_reply: ts });
    expect(
      (await client.conversations.history({ channel: PAYDEV })).messages?.some(
        (message) => message.ts === ts,
      ),
    ).toBe(false);
    expect(await refused(client.chat.postMessage({ channel: PAYDEV, text: "a", thread_ts: ts }))).toBe(
      "cannot_reply_to_message",
    );
    expect(
      await refused(client.chat.postMessage({ channel: PAYDEV, text: "a", thread_ts: "1.000000" })),
    ).toBe("cannot_reply_to_message");
    expect(await refused(client.conversations.replies({ channel: PAYDEV, ts: "1.000000" }))).toBe(
      "thread_not_found",
    );
    expect(slack.violations().map(({ detail }) => detail)).toEqual([
      expect.stringContaining("is a reply") as string,
    ]);
  });

  it("pages histories by cursor, newest first", async () => {
    const seen: string[] = [];
    for await (const page of client.paginate("conversations.history", { channel: PAYDEV, limit: 1 })) {
      seen.push(...((page as { messages?: { ts: string }[] }).messages ?? []).map((message) => message.ts));
    }
    expect(seen).toEqual(
      slack
        .messages(PAYDEV)
        .map((message) => message.ts)
        .reverse(),
    );
    expect(await refused(client.conversations.history({ channel: PAYDEV, cursor: "nonsense" }))).toBe(
      "invalid_cursor",
    );
  });

  it("knows channels and people, or says what is missing", async () => {
    slack.leave(slack.botUserId, "C0SALES");
    expect(await refused(client.chat.postMessage({ channel: "C0NOWHERE", text: "a" }))).toBe(
      "channel_not_found",
    );
    expect(await refused(client.chat.postMessage({ channel: "C0SALES", text: "a" }))).toBe("not_in_channel");
    expect(await refused(client.conversations.history({ channel: "C0SALES" }))).toBe("not_in_channel");
    expect(await refused(client.chat.postMessage({ channel: PAYDEV } as never))).toBe("no_text");
    expect(await refused(client.users.info({ user: "U0NOBODY" }))).toBe("user_not_found");
    expect((await client.users.lookupByEmail({ email: "hugo@example.com" })).user).toMatchObject({
      id: "U0HUGO",
      is_restricted: true,
    });
    expect((await client.usergroups.users.list({ usergroup: "S0PAYLEADS" })).users).toEqual(["U0BORIS"]);
    const { channel } = await client.conversations.open({ users: "U0DAN" });
    await client.chat.postMessage({ channel: "U0DAN", text: "Hello Dan" });
    expect(slack.messages(channel?.id ?? "")).toMatchObject([{ text: "Hello Dan" }]);
  });

  it("keeps metadata for those who ask, and clears it by an empty object", async () => {
    const metadata = { event_type: "steward_card", event_payload: { action: "a1" } };
    const { ts = "" } = await client.chat.postMessage({
      channel: PAYDEV,
      text: "Card",
      metadata,
      unfurl_links: false,
      unfurl_media: false,
    });
    const shown = async (all: boolean) =>
      (await client.conversations.history({ channel: PAYDEV, limit: 1, include_all_metadata: all }))
        .messages?.[0]?.metadata;
    expect(await shown(true)).toEqual(metadata);
    expect(await shown(false)).toBeUndefined();
    await client.chat.update({ channel: PAYDEV, ts, text: "Card, later" });
    expect(await shown(true)).toEqual(metadata);
    await client.apiCall("chat.update", { channel: PAYDEV, ts, text: "Card, done", metadata: {} });
    expect(await shown(true)).toBeUndefined();
    expect(slack.messages(PAYDEV).at(-1)?.unfurl).toEqual({ links: false, media: false });
  });

  it("shows ephemeral messages to one person and to no history", async () => {
    const { message_ts = "" } = await client.chat.postEphemeral({
      channel: PAYDEV,
      user: "U0ANNA",
      text: "Only you",
    });
    expect(slack.ephemerals(PAYDEV, "U0ANNA")).toMatchObject([{ ts: message_ts, text: "Only you" }]);
    expect(slack.ephemerals(PAYDEV, "U0BORIS")).toEqual([]);
    expect(JSON.stringify((await client.conversations.history({ channel: PAYDEV })).messages)).not.toContain(
      "Only you",
    );
    expect(await refused(client.chat.update({ channel: PAYDEV, ts: message_ts, text: "a" }))).toBe(
      "message_not_found",
    );
    expect(await refused(client.chat.postEphemeral({ channel: PAYDEV, user: "U0DAN", text: "a" }))).toBe(
      "user_not_in_channel",
    );
  });

  it("refuses an edit beyond 4,000 characters and cuts a post beyond 40,000", async () => {
    const { ts = "", message } = await client.chat.postMessage({ channel: PAYDEV, text: "x".repeat(40_001) });
    expect(message?.text).toHaveLength(40_000);
    expect(await refused(client.chat.update({ channel: PAYDEV, ts, text: "x".repeat(4_001) }))).toBe(
      "msg_too_long",
    );
  });
});

describe("statuses", () => {
  const status = () => slack.status(PAYDEV, first())?.status;
  const set = (text: string) =>
    client.assistant.threads.setStatus({ channel_id: PAYDEV, thread_ts: first(), status: text });

  it("end with the app's reply, by an empty text, or after two minutes", async () => {
    await set("is reading");
    expect(status()).toBe("is reading");
    await client.chat.postMessage({ channel: PAYDEV, thread_ts: first(), text: "Done" });
    expect(status()).toBeUndefined();
    await set("is reading");
    await set("");
    expect(status()).toBeUndefined();
    await set("is reading");
    slack.advance(119_000);
    expect(status()).toBe("is reading");
    slack.advance(1_000);
    expect(status()).toBeUndefined();
    expect(slack.violations()).toEqual([]);
  });

  it("hang on parents alone", async () => {
    const reply = slack.thread(PAYDEV, first())[1]?.ts ?? "";
    const promise = client.assistant.threads.setStatus({
      channel_id: PAYDEV,
      thread_ts: reply,
      status: "is reading",
    });
    expect(await refused(promise)).toBe("invalid_thread_ts");
  });
});

describe("rate limits", () => {
  it("allow a small burst of posts to a channel, then one a second", async () => {
    slack.limits(true);
    const post = () => client.chat.postMessage({ channel: PAYDEV, text: "a" });
    for (let count = 0; count < 3; count += 1) await post();
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 1 });
    await client.chat.postMessage({ channel: "C0SALES", text: "Another channel is not held up" });
    slack.advance(1_000);
    await post();
    expect(slack.calls("chat.postMessage").map((call) => call.result)).toEqual([
      "ok",
      "ok",
      "ok",
      "ratelimited",
      "ok",
      "ok",
    ]);
  });

  it("count each method by its tier", async () => {
    slack.limits(true);
    for (let count = 0; count < 20; count += 1) await client.usergroups.list();
    await expect(client.usergroups.list()).rejects.toMatchObject({
      code: ErrorCode.RateLimitedError,
      retryAfter: 3,
    });
    await client.users.info({ user: "U0ANNA" });
  });
});

describe("faults", () => {
  const post = (text: string) => client.chat.postMessage({ channel: PAYDEV, text });
  const texts = () => slack.messages(PAYDEV).map((message) => message.text);

  it("answer an error, a status or a 429, as often as told", async () => {
    slack.fault({ method: "chat.postMessage", error: "restricted_action" });
    expect(await refused(post("a"))).toBe("restricted_action");
    slack.fault({ method: "chat.postMessage", retry_after: 7 });
    await expect(post("a")).rejects.toMatchObject({ retryAfter: 7 });
    const id = slack.fault({ method: "*", status: 503, times: 2 });
    await expect(post("a")).rejects.toMatchObject({ code: ErrorCode.HTTPError });
    await expect(client.auth.test()).rejects.toMatchObject({ code: ErrorCode.HTTPError });
    await post("b");
    expect(slack.faults().find((fault) => fault.id === id)).toMatchObject({ happened: 2 });
    expect(texts()).not.toContain("a");
    expect(texts()).toContain("b");
  });

  it("take a message and let the caller wait in vain", async () => {
    slack.fault({ method: "chat.postMessage", kind: "accept-then-late" });
    slack.fault({ method: "chat.postMessage", kind: "accept-then-drop" });
    const hasty = new WebClient(slack.botToken, {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      logger: quiet,
      timeout: 50,
    });
    await expect(hasty.chat.postMessage({ channel: PAYDEV, text: "late" })).rejects.toThrow();
    await expect(post("cut")).rejects.toThrow();
    slack.fault({ method: "chat.postMessage", kind: "drop" });
    await expect(post("never")).rejects.toThrow();
    expect(texts()).toEqual(expect.arrayContaining(["late", "cut"]));
    expect(texts()).not.toContain("never");
    expect(slack.calls("chat.postMessage").map(({ result }) => result)).toEqual(["ok", "ok", "unanswered"]);
  });

  it("are refused when they make no sense", () => {
    expect(() => slack.fault({ method: "chat.postMessage" })).toThrow("exactly one of");
  });
});
