import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";
import { SCOPES } from "../../sandbox/slack/defaults.ts";
import { type Product, startProduct } from "./slack-product.ts";

const PAYDEV = "C0PAYDEV";
let slack: SlackSim;
let product: Product;

beforeAll(async () => {
  product = await startProduct();
  const more = ["mpim:write", "dnd:read", "search:read.public"];
  slack = await startSlack({ limits: false, productUrl: product.url, scopes: [...SCOPES, ...more] });
});
afterAll(async () => {
  await slack.stop();
  await product.close();
});
beforeEach(() => {
  slack.reset();
  product.received.splice(0);
});

async function call(method: string, args: Record<string, string>): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${slack.botToken}` };
  const body = new URLSearchParams(args);
  const reply = await fetch(slack.apiUrl + method, { method: "POST", headers, body });
  return (await reply.json()) as Record<string, unknown>;
}

interface Received {
  type: string;
  subtype?: string;
  text?: string;
  channel: string;
  [field: string]: unknown;
}
const events = () => product.received.map(({ body }) => body["event"] as Received);
const delivered = () =>
  slack.waitFor(() => {
    const all = slack.deliveries();
    return all.length > 0 && all.every(({ state }) => state === "delivered");
  });
const first = () => slack.messages(PAYDEV)[0]?.ts ?? "";

describe("other bots", () => {
  it("write with a user of their own, or in the old form without one; their mentions are mentions", async () => {
    slack.backstage.botSays({ channel: PAYDEV, text: "@steward look at this" });
    await delivered();
    slack.backstage.botSays({ channel: PAYDEV, text: "Old form", classic: true });
    await delivered();
    expect(events().map(({ type, subtype, text }) => [type, subtype, text])).toEqual([
      ["message", undefined, "<@U0STEWARD> look at this"],
      ["app_mention", undefined, "<@U0STEWARD> look at this"],
      ["message", "bot_message", "Old form"],
    ]);
    expect(events()[0]).toMatchObject({
      user: "U0ALERTS",
      bot_id: "B0ALERTS",
      bot_profile: { name: "Alerts" },
    });
    expect(events()[2]).toMatchObject({ bot_id: "B0ALERTS", username: "Alerts" });
    expect(events()[2]).not.toHaveProperty("user");
    expect(events()[2]).not.toHaveProperty("assistant_thread");
  });
});

describe("a group", () => {
  it("is opened by people or by the app, and its messages say that it is one", async () => {
    const { channel } = slack.backstage.group(["U0ANNA", "U0BORIS"]);
    slack.say({ as: "U0ANNA", channel, text: "@steward hello" });
    await delivered();
    expect(events()).toMatchObject([
      { type: "message", channel_type: "mpim" },
      { type: "app_mention", channel },
    ]);
    expect(await call("conversations.open", { users: "U0BORIS,U0ANNA" })).toMatchObject({
      already_open: true,
      channel: { id: channel },
    });
    expect(await call("conversations.info", { channel })).toMatchObject({
      channel: { is_mpim: true, is_private: true, name: "mpdm-anna--boris-1" },
    });
    expect(await call("conversations.list", { types: "mpim" })).toMatchObject({
      channels: [{ id: channel }],
    });
    const many = Array.from({ length: 9 }, () => "U0ANNA").join(",");
    expect(await call("conversations.open", { users: many })).toMatchObject({ error: "too_many_users" });
  });
});

describe("strangers", () => {
  it("are told by a shared channel's events and by their own attributes", async () => {
    slack.backstage.invite({ id: "U0IVAN", name: "ivan", realName: "Ivan Outside", foreignTeam: "T0ACME" });
    slack.backstage.invite({ id: "U0ONE", name: "one", realName: "One Channel", ultraRestricted: true });
    slack.backstage.share({ channel: PAYDEV, external: true });
    slack.join("U0IVAN", PAYDEV);
    slack.say({ as: "U0IVAN", channel: PAYDEV, text: "Hello from outside" });
    await delivered();
    expect(product.received[0]?.body).toMatchObject({
      is_ext_shared_channel: true,
      team_id: slack.teamId,
      event: { user: "U0IVAN", team: "T0ACME" },
    });
    expect(await call("conversations.info", { channel: PAYDEV })).toMatchObject({
      channel: { is_ext_shared: true, is_shared: true },
    });
    expect(await call("users.info", { user: "U0IVAN" })).toMatchObject({
      user: { is_stranger: true, team_id: "T0ACME" },
    });
    expect(await call("users.info", { user: "U0ONE" })).toMatchObject({
      user: { is_restricted: true, is_ultra_restricted: true },
    });
    expect(() => slack.backstage.invite({ id: "U0IVAN", name: "ivan", realName: "Again" })).toThrow(
      "already",
    );
  });
});

describe("previews", () => {
  it("change a message without an edit, and the app is told", async () => {
    const { ts = "" } = await call("chat.postMessage", { channel: PAYDEV, text: "See https://a.example" });
    await delivered();
    slack.backstage.unfurl({ channel: PAYDEV, ts: String(ts), url: "https://a.example/" });
    await slack.waitFor(() => product.received.length > 1);
    expect(events().at(-1)).toMatchObject({
      subtype: "message_changed",
      message: { bot_id: "B0STEWARD", attachments: [{ from_url: "https://a.example/" }] },
      previous_message: { bot_id: "B0STEWARD" },
    });
    expect(events().at(-1)?.["message"]).not.toHaveProperty("edited");
  });
});

describe("a long thread", () => {
  it("of ten thousand replies is read in pages of a thousand", async () => {
    const messages = Array.from({ length: 10_000 }, (_, at) => ({ as: "U0BORIS", text: `reply ${at}` }));
    slack.backstage.history({ channel: PAYDEV, thread_ts: first(), messages });
    expect(slack.deliveries()).toEqual([]);
    const seen: string[] = [];
    let cursor = "";
    let pages = 0;
    do {
      const page = await call("conversations.replies", {
        channel: PAYDEV,
        ts: first(),
        limit: "2000",
        ...(cursor !== "" && { cursor }),
      });
      seen.push(...(page["messages"] as { text: string }[]).map(({ text }) => text));
      cursor = (page["response_metadata"] as { next_cursor: string } | undefined)?.next_cursor ?? "";
      pages += 1;
    } while (cursor !== "");
    expect(pages).toBe(11);
    expect(seen.slice(-2)).toEqual(["reply 9998", "reply 9999"]);
    const parent = await call("conversations.replies", { channel: PAYDEV, ts: first(), limit: "1" });
    expect(parent).toMatchObject({ has_more: true, messages: [{ reply_count: 10_002 }] });
  });
});

describe("who is there", () => {
  it("is told by presence and by do-not-disturb times", async () => {
    expect(await call("users.getPresence", { user: "U0ANNA" })).toMatchObject({ presence: "active" });
    expect(await call("dnd.info", { user: "U0ANNA" })).toMatchObject({ dnd_enabled: false });
    slack.backstage.presence({ user: "U0ANNA", presence: "away" });
    slack.backstage.quiet({ user: "U0ANNA", minutes: 30 });
    expect(await call("users.getPresence", { user: "U0ANNA" })).toMatchObject({ presence: "away" });
    const quiet = await call("dnd.info", { user: "U0ANNA" });
    expect(Number(quiet["next_dnd_end_ts"]) - Number(quiet["next_dnd_start_ts"])).toBe(1_800);
    expect(await call("dnd.info", { user: "U0NOBODY" })).toMatchObject({ error: "user_not_found" });
  });

  it("and who is in a group may change", async () => {
    slack.backstage.usergroup({ id: "S0PAYLEADS", handle: "payments-leads", users: ["U0ANNA", "U0BORIS"] });
    slack.backstage.usergroup({ id: "S0NEW", handle: "new", users: [] });
    expect(await call("usergroups.users.list", { usergroup: "S0PAYLEADS" })).toMatchObject({
      users: ["U0ANNA", "U0BORIS"],
    });
    expect((await call("usergroups.list", {}))["usergroups"]).toHaveLength(2);
  });
});

describe("search", () => {
  it("finds what the asking person may see, and needs the token of their words", async () => {
    const { ts } = slack.say({
      as: "U0HUGO",
      channel: "C0GENERAL",
      text: "@steward about the deploy window",
    });
    await delivered();
    const { assistant_thread } = events().find((event) => event.type === "message") as Received;
    const { action_token } = assistant_thread as { action_token: string };
    const find = async (query: string, token = action_token) => {
      const reply = await call("assistant.search.context", { query, action_token: token });
      const { messages = [] } = (reply["results"] ?? {}) as { messages?: { channel_id: string }[] };
      return reply["ok"] === true ? messages : reply["error"];
    };
    // Hugo is a guest: payments-dev, where the deploy window is told, is not for him.
    expect(await find("deploy window")).toMatchObject([{ channel_id: "C0GENERAL", message_ts: ts }]);
    expect(await find("deploy", "made-up")).toBe("invalid_action_token");
  });
});

describe("Slack itself", () => {
  it("holds events back, and may send the newest first", async () => {
    slack.backstage.hold();
    for (const text of ["one", "two", "three"]) slack.say({ as: "U0ANNA", channel: PAYDEV, text });
    expect(slack.deliveries().map(({ attempts }) => attempts.length)).toEqual([0, 0, 0]);
    slack.backstage.release({ newestFirst: true });
    await delivered();
    expect(events().map(({ text }) => text)).toEqual(["three", "two", "one"]);
    slack.say({ as: "U0ANNA", channel: PAYDEV, text: "four" });
    await slack.waitFor(() => events().at(-1)?.text === "four");
  });

  it("tells when it drops events", async () => {
    expect(await slack.backstage.tellRateLimited()).toEqual({ status: 200 });
    expect(product.received.at(-1)?.body).toMatchObject({ type: "app_rate_limited", team_id: slack.teamId });
  });

  it("takes all of this over HTTP, too", async () => {
    const post = (path: string, body: unknown) =>
      fetch(`${slack.url}/control/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    expect(await (await post("backstage/group", { people: ["U0ANNA", "U0DAN"] })).json()).toEqual({
      channel: "G0ANNADAN",
    });
    expect(
      (await post("backstage/unfurl", { channel: PAYDEV, ts: "1.000000", url: "https://a.example" })).status,
    ).toBe(400);
    expect((await post("agent/stop", { as: "U0ANNA", channel: PAYDEV, thread_ts: first() })).status).toBe(
      400,
    );
    expect((await post("agent/features", { streaming: false })).status).toBe(200);
    expect(slack.agent.features).toEqual({ streaming: false, agent: true });
  });
});
