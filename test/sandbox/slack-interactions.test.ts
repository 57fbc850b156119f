import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";
import { type Product, startProduct } from "./slack-product.ts";
import { fieldsOf, readSpec, specsPresent } from "./slack-specs.ts";

const PAYDEV = "C0PAYDEV";
let slack: SlackSim;
let product: Product;
let client: WebClient;

beforeEach(async () => {
  product = await startProduct();
  slack = await startSlack({ productUrl: product.url, ackTimeoutMs: 200, events: [] });
  client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
});
afterEach(async () => {
  await slack.stop();
  await product.close();
});

const plain = (text: string) => ({ type: "plain_text" as const, text });
const option = (value: string) => ({ text: plain(value), value });
const blocks = [
  {
    type: "actions" as const,
    block_id: "vote",
    elements: [
      { type: "button" as const, action_id: "decide", text: plain("Approve"), value: "yes" },
      { type: "button" as const, action_id: "reject", text: plain("Reject"), value: "no" },
      {
        type: "static_select" as const,
        action_id: "pick",
        placeholder: plain("Pick"),
        options: [option("a"), option("b")],
        initial_option: option("a"),
      },
    ],
  },
];
const card = async (thread_ts?: string) =>
  (await client.chat.postMessage({ channel: PAYDEV, text: "Card", blocks, ...(thread_ts && { thread_ts }) }))
    .ts ?? "";
const last = () => product.received.at(-1);
const answer = (body: object) =>
  fetch(String(last()?.body["response_url"]), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

describe("clicks", () => {
  it("arrive as block_actions with the message, the state and the one who clicked", async () => {
    const parent = slack.messages(PAYDEV)[0]?.ts ?? "";
    const ts = await card(parent);
    const taken = await slack.click({ as: "U0BORIS", channel: PAYDEV, ts, action_id: "decide" });
    expect(taken).toMatchObject({ status: 200 });
    expect(last()?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect(last()?.body).toMatchObject({
      type: "block_actions",
      trigger_id: taken.trigger_id,
      user: { id: "U0BORIS" },
      container: {
        type: "message",
        message_ts: ts,
        channel_id: PAYDEV,
        is_ephemeral: false,
        thread_ts: parent,
      },
      message: { ts, text: "Card", bot_id: "B0STEWARD" },
      state: { values: { vote: { pick: { selected_option: { value: "a" } } } } },
      actions: [
        { action_id: "decide", block_id: "vote", type: "button", value: "yes", text: plain("Approve") },
      ],
    });
  });

  it("on a select carry the choice; unknown parts and strangers are refused", async () => {
    const ts = await card();
    await slack.click({ as: "U0ANNA", channel: PAYDEV, ts, action_id: "pick", value: "b" });
    expect(last()?.body["actions"]).toMatchObject([
      { type: "static_select", selected_option: { value: "b" } },
    ]);
    const click = { as: "U0ANNA", channel: PAYDEV, ts, action_id: "approve" };
    await expect(slack.click(click)).rejects.toThrow("there are decide (value yes), reject (value no), pick");
    await expect(slack.click({ ...click, as: "U0HUGO", action_id: "decide" })).rejects.toThrow("may not see");
    expect(product.received).toHaveLength(1);
  });

  it("on a private message come without it and can replace or delete it", async () => {
    const { message_ts = "" } = await client.chat.postEphemeral({
      channel: PAYDEV,
      user: "U0ANNA",
      text: "Pick",
      blocks,
    });
    const click = { as: "U0ANNA", channel: PAYDEV, ts: message_ts, action_id: "decide", ephemeral: true };
    await slack.click(click);
    expect(last()?.body).toMatchObject({ container: { is_ephemeral: true } });
    expect(last()?.body).not.toHaveProperty("message");
    await answer({ replace_original: true, text: "Chosen" });
    expect(slack.ephemerals(PAYDEV, "U0ANNA")).toMatchObject([{ ts: message_ts, text: "Chosen" }]);
    await answer({ delete_original: true });
    expect(slack.ephemerals(PAYDEV)).toEqual([]);
    await expect(slack.click({ ...click, as: "U0BORIS" })).rejects.toThrow("sees no private message");
  });

  it("can be forged, unsigned ones too", async () => {
    const ts = await card();
    const payload = {
      ...slack.clickPayload({ as: "U0CARLA", channel: PAYDEV, ts, action_id: "decide" }),
      api_app_id: "A0OTHER",
    };
    expect(product.received).toEqual([]);
    await slack.forge({ payload });
    expect(last()?.body).toMatchObject({ user: { id: "U0CARLA" }, api_app_id: "A0OTHER" });
    const signature = last()?.headers["x-slack-signature"];
    await slack.forge({ payload, signing: "bad" });
    expect(last()?.headers["x-slack-signature"]).not.toBe(signature);
  });

  it.skipIf(!specsPresent)("and commands hold only fields that Slack's have", async () => {
    await slack.click({ as: "U0BORIS", channel: PAYDEV, ts: await card(), action_id: "decide" });
    const clicked = fieldsOf(readSpec("interactions/BlockActionPayload.json"));
    const more = new Set(["/is_enterprise_install", "/message/bot_profile/user_id", "/state/values"]);
    expect([...fieldsOf(last()?.body)].filter((path) => !clicked.has(path) && !more.has(path))).toEqual([]);
    await slack.slash({ as: "U0ANNA", channel: PAYDEV, command: "/steward", text: "help" });
    const command = fieldsOf(readSpec("interactions/SlashCommandPayload.json"));
    expect([...fieldsOf(last()?.body)].filter((path) => !command.has(path))).toEqual([]);
  });
});

describe("slash commands", () => {
  const slash = (channel = PAYDEV) =>
    slack.slash({ as: "U0ANNA", channel, command: "/steward", text: "do this & that" });

  it("arrive as a form, and are refused in threads and when unknown", async () => {
    const taken = await slash();
    expect(last()?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect(last()?.body).toMatchObject({
      command: "/steward",
      text: "do this & that",
      user_id: "U0ANNA",
      user_name: "anna",
      channel_id: PAYDEV,
      channel_name: "payments-dev",
      trigger_id: taken.trigger_id,
      is_enterprise_install: "false",
    });
    await slash(slack.dm("U0ANNA"));
    expect(last()?.body["channel_name"]).toBe("directmessage");
    const given = { as: "U0ANNA", channel: PAYDEV, command: "/steward", text: "" };
    await expect(slack.slash({ ...given, thread_ts: "1.000000" })).rejects.toThrow(
      "not supported in threads",
    );
    await expect(slack.slash({ ...given, command: "/stewart" })).rejects.toThrow("there are /steward");
  });

  it("show what the acknowledgement says, to the person alone unless told", async () => {
    product.answers.push({ status: 200, body: JSON.stringify({ text: "Working" }) });
    await slash();
    product.answers.push({ status: 200, body: "Plain words" });
    await slash();
    expect(slack.ephemerals(PAYDEV, "U0ANNA").map(({ text }) => text)).toEqual(["Working", "Plain words"]);
    product.answers.push({
      status: 200,
      body: JSON.stringify({ response_type: "in_channel", text: "For all" }),
    });
    await slash();
    expect(slack.messages(PAYDEV).at(-1)).toMatchObject({ text: "For all", bot_id: "B0STEWARD" });
  });

  it("are sent once, and what went wrong is said", async () => {
    product.answers.push({ status: 500 }, "hang");
    expect(await slash()).toMatchObject({ status: 500, error: "dispatch_failed" });
    expect(await slash()).toMatchObject({ status: 0, error: "operation_timeout" });
    expect(product.received).toHaveLength(2);
  });
});

describe("response URLs", () => {
  it("take five answers within half an hour", async () => {
    await slack.slash({ as: "U0ANNA", channel: PAYDEV, command: "/steward", text: "" });
    for (let count = 0; count < 5; count += 1) expect((await answer({ text: `${count}` })).status).toBe(200);
    const used = await answer({ text: "six" });
    expect([used.status, await used.json()]).toEqual([404, { ok: false, error: "used_url" }]);
    await slack.slash({ as: "U0ANNA", channel: PAYDEV, command: "/steward", text: "" });
    slack.advance(30 * 60_000 + 1);
    expect(await (await answer({ text: "late" })).json()).toMatchObject({ error: "expired_url" });
    expect(slack.ephemerals(PAYDEV, "U0ANNA")).toHaveLength(5);
    expect(slack.calls("response_url").map(({ result }) => result)).toEqual([
      ...Array<string>(5).fill("ok"),
      "used_url",
      "expired_url",
    ]);
  });

  it("replace and delete the message of a click, and check blocks", async () => {
    const ts = await card();
    await slack.click({ as: "U0BORIS", channel: PAYDEV, ts, action_id: "decide" });
    expect((await answer({ replace_original: true, text: "Approved" })).status).toBe(200);
    expect(slack.messages(PAYDEV).at(-1)).toMatchObject({ ts, text: "Approved", blocks: [] });
    expect((await answer({ text: "a", blocks: [{ type: "banner" }] })).status).toBe(400);
    expect((await answer({ text: "a", colour: "red" })).status).toBe(400);
    expect(slack.violations().map(({ error }) => error)).toEqual(["invalid_blocks", "invalid_arguments"]);
    await answer({ delete_original: true });
    expect(slack.messages(PAYDEV).some((message) => message.ts === ts)).toBe(false);
  });
});
