import { createHmac } from "node:crypto";
import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";
import { type Product, type Received, startProduct } from "./slack-product.ts";
import { fieldsOf, readSpec, specsPresent } from "./slack-specs.ts";

const PAYDEV = "C0PAYDEV";
let slack: SlackSim;
let product: Product;
let client: WebClient;

beforeEach(async () => {
  product = await startProduct();
  slack = await startSlack({
    productUrl: product.url,
    ackTimeoutMs: 200,
    retryDelaysMs: [0, 60_000, 300_000],
  });
  client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
});
afterEach(async () => {
  await slack.stop();
  await product.close();
});

type Event = Record<string, unknown> & { type: string };
const eventOf = (received: Received | undefined) => (received?.body["event"] ?? {}) as Event;
const events = () => product.received.map(eventOf);
const arrived = (count: number) =>
  slack.waitFor(() => slack.deliveries().filter(({ attempts }) => attempts.length > 0).length >= count);
const settled = (state: "delivered" | "failed") =>
  slack.waitFor(
    () => slack.deliveries().every((delivery) => delivery.state === state) && slack.deliveries().length > 0,
  );

describe("events", () => {
  it("of a mention come as message and app_mention, signed, with one ts and two ids", async () => {
    const { ts } = slack.say({
      as: "U0ANNA",
      channel: PAYDEV,
      text: "@steward merge !482 & tell a@b.example, see https://x.example/1.",
    });
    await settled("delivered");
    const text =
      "<@U0STEWARD> merge !482 &amp; tell <mailto:a@b.example|a@b.example>, see <https://x.example/1>.";
    expect(events()).toMatchObject([
      { type: "message", channel: PAYDEV, channel_type: "channel", user: "U0ANNA", ts, text },
      { type: "app_mention", channel: PAYDEV, user: "U0ANNA", ts, text },
    ]);
    expect(events()[1]).not.toHaveProperty("channel_type");
    expect(new Set(product.received.map(({ body }) => body["event_id"])).size).toBe(2);
    for (const { headers, raw } of product.received) {
      expect(headers["content-type"]).toBe("application/json");
      const base = `v0:${String(headers["x-slack-request-timestamp"])}:${raw}`;
      expect(headers["x-slack-signature"]).toBe(
        `v0=${createHmac("sha256", slack.signingSecret).update(base).digest("hex")}`,
      );
      expect(headers).not.toHaveProperty("x-slack-retry-num");
    }
  });

  it("come in the order and number asked for", async () => {
    slack.deliverEvents({ order: "mentionFirst", duplicates: true });
    const { events: ids } = slack.say({ as: "U0ANNA", channel: PAYDEV, text: "@steward hello" });
    await settled("delivered");
    expect(events().map(({ type }) => type)).toEqual(["app_mention", "app_mention", "message", "message"]);
    expect(ids.map(({ type }) => type)).toEqual(["message", "app_mention"]);
    await slack.redeliver(ids[0]?.event_id ?? "");
    expect(product.received.at(-1)?.body["event_id"]).toBe(ids[0]?.event_id);
    expect(product.received.at(-1)?.headers).toMatchObject({
      "x-slack-retry-num": "1",
      "x-slack-retry-reason": "http_timeout",
    });
  });

  it("of direct messages, replies, edits and deletions have Slack's forms", async () => {
    const dm = slack.dm("U0HUGO");
    const { ts } = slack.say({ as: "U0HUGO", channel: dm, text: "hello <@U0STEWARD>" });
    await arrived(1);
    expect(events()).toMatchObject([{ type: "message", channel: dm, channel_type: "im", ts }]);
    slack.say({ as: "U0HUGO", channel: dm, text: "more", thread_ts: ts });
    slack.edit({ as: "U0HUGO", channel: dm, ts, text: "hello again" });
    slack.delete({ as: "U0HUGO", channel: dm, ts });
    slack.openHome("U0HUGO", "messages");
    await settled("delivered");
    const later = events().slice(1);
    expect(later).toContainEqual(
      expect.objectContaining({ type: "message", text: "more", thread_ts: ts, parent_user_id: "U0HUGO" }),
    );
    const changed = later.filter(({ subtype }) => subtype === "message_changed") as unknown as {
      message: object;
      previous_message: object;
    }[];
    expect(changed).toContainEqual(
      expect.objectContaining({
        message: expect.objectContaining({ text: "hello again" }) as object,
        previous_message: expect.objectContaining({ ts, reply_count: 1 }) as object,
      }),
    );
    expect(later).toContainEqual(expect.objectContaining({ subtype: "message_deleted", deleted_ts: ts }));
    expect(later).toContainEqual(
      expect.objectContaining({ type: "app_home_opened", tab: "messages", user: "U0HUGO", channel: dm }),
    );
  });

  it("of the bot's own posts carry its bot_id", async () => {
    const { ts = "" } = await client.chat.postMessage({ channel: PAYDEV, text: "Working" });
    await client.chat.update({ channel: PAYDEV, ts, text: "Done" });
    await settled("delivered");
    expect(events()).toMatchObject([
      { type: "message", bot_id: "B0STEWARD", ts },
      {
        subtype: "message_changed",
        message: { bot_id: "B0STEWARD", text: "Done" },
        previous_message: { text: "Working" },
      },
    ]);
  });

  it("come only from channels that the bot is in", () => {
    slack.leave(slack.botUserId, PAYDEV);
    expect(slack.say({ as: "U0ANNA", channel: PAYDEV, text: "@steward hello" }).events).toEqual([]);
    expect(slack.deliveries()).toEqual([]);
  });

  it.skipIf(!specsPresent)("hold only fields that Slack's have", async () => {
    const { ts } = slack.say({ as: "U0ANNA", channel: PAYDEV, text: "@steward one" });
    slack.say({ as: "U0ANNA", channel: PAYDEV, text: "two", thread_ts: ts });
    slack.say({ as: "U0ANNA", channel: PAYDEV, text: "two for all", thread_ts: ts, broadcast: true });
    slack.edit({ as: "U0ANNA", channel: PAYDEV, ts, text: "three" });
    await client.chat.postMessage({ channel: PAYDEV, text: "four" });
    slack.delete({ as: "U0ANNA", channel: PAYDEV, ts });
    slack.openHome("U0ANNA", "home");
    await settled("delivered");
    const files: Record<string, string> = {
      app_mention: "AppMention",
      app_home_opened: "AppHomeOpened",
      message: "Message",
      thread_broadcast: "MessageThreadBroadcast",
      message_changed: "MessageChanged",
      message_deleted: "MessageDeleted",
    };
    // Fields that the samples lack: the context of the envelope, the app of a bot's message, repliers of a parent.
    // And the right to search, which comes with a person's words.
    const more =
      /^\/context_(team|enterprise)_id$|\/(app_id|reply_users|user_id)$|^\/event\/assistant_thread(\/action_token)?$/;
    const seen = new Set<string>();
    for (const { body } of product.received) {
      const { type, subtype } = body["event"] as { type: string; subtype?: string };
      const file = files[subtype ?? type] ?? "";
      seen.add(file);
      const known = fieldsOf(readSpec(`events/${file}Payload.json`));
      expect(
        [...fieldsOf(body)].filter((path) => !known.has(path) && !more.test(path)),
        file,
      ).toEqual([]);
    }
    expect([...seen].sort()).toEqual(Object.values(files).sort());
  });
});

describe("retries", () => {
  it("follow a failure at once, after a minute and after five, then Slack gives up", async () => {
    product.answers.push({ status: 500 }, "hang", { status: 500 }, { status: 500 });
    slack.say({ as: "U0ANNA", channel: PAYDEV, text: "hello" });
    const tried = (count: number) => slack.waitFor(() => slack.deliveries()[0]?.attempts.length === count);
    await tried(2);
    slack.advance(60_000);
    await tried(3);
    slack.advance(300_000);
    await tried(4);
    expect(slack.deliveries()[0]).toMatchObject({
      state: "failed",
      attempts: [
        { retry: 0, status: 500, failure: "http_error" },
        { retry: 1, reason: "http_error", status: 0, failure: "http_timeout" },
        { retry: 2, reason: "http_timeout", status: 500 },
        { retry: 3, reason: "http_error", status: 500 },
      ],
    });
    const headers = product.received.map((each) => each.headers["x-slack-retry-num"]);
    expect(headers).toEqual([undefined, "1", "2", "3"]);
    expect(new Set(product.received.map(({ body }) => body["event_id"])).size).toBe(1);
  });

  it("end with a 2xx, or when the product asks for none", async () => {
    product.answers.push({ status: 503 }, { status: 200 });
    slack.say({ as: "U0ANNA", channel: PAYDEV, text: "one" });
    await settled("delivered");
    product.answers.push({ status: 503, headers: { "x-slack-no-retry": "1" } });
    slack.say({ as: "U0ANNA", channel: PAYDEV, text: "two" });
    await slack.waitFor(() => slack.deliveries()[1]?.state === "failed");
    expect(slack.deliveries().map(({ attempts }) => attempts.length)).toEqual([2, 1]);
  });

  it("reach a product that was away and comes back", async () => {
    const port = Number(new URL(product.url).port);
    await product.close();
    slack.say({ as: "U0ANNA", channel: PAYDEV, text: "hello" });
    await slack.waitFor(() => slack.deliveries()[0]?.attempts.length === 2);
    const state = await (await fetch(`${slack.url}/control/state`)).json();
    expect(state).toMatchObject({ product: { delivery: "unreachable" } });
    product = await startProduct(port);
    slack.advance(60_000);
    await settled("delivered");
    expect(product.received[0]?.headers).toMatchObject({
      "x-slack-retry-num": "2",
      "x-slack-retry-reason": "connection_failed",
    });
    expect(await (await fetch(`${slack.url}/control/state`)).json()).toMatchObject({
      product: { delivery: "connected" },
    });
  });
});
