import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { App, LogLevel } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";

/** The real Bolt app over HTTP against the simulator, as the product runs it. */

const PAYDEV = "C0PAYDEV";
let slack: SlackSim;
let app: App;
let seen: { type: string; ts: string; retry: number | undefined }[];

beforeEach(async () => {
  slack = await startSlack({ retryDelaysMs: [0, 0, 0] });
  seen = [];
  app = new App({
    token: slack.botToken,
    signingSecret: slack.signingSecret,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    convoStore: false,
    logLevel: LogLevel.ERROR,
  });
  app.event("message", async ({ event, context }) => {
    seen.push({ type: "message", ts: event.ts, retry: context.retryNum });
  });
  app.event("app_mention", async ({ event, context, client }) => {
    seen.push({ type: "app_mention", ts: event.ts, retry: context.retryNum });
    await client.chat.postMessage({
      channel: event.channel,
      thread_ts: event.ts,
      text: "Merge it?",
      blocks: [
        {
          type: "actions",
          elements: [
            {
              type: "button",
              action_id: "approve",
              value: "a1",
              text: { type: "plain_text", text: "Approve" },
            },
          ],
        },
      ],
    });
  });
  app.action("approve", async ({ ack, body, respond, action }) => {
    await ack();
    const { value } = action as { value?: string };
    await respond({ text: `${body.user.id} approved ${value ?? ""}`, replace_original: true });
  });
  app.command("/steward", async ({ ack, command, respond }) => {
    await ack("One moment");
    await respond({ text: `You said: ${command.text}` });
  });
  const port = await freePort();
  await app.start({ port, host: "127.0.0.1" });
  slack.connect(`http://127.0.0.1:${port}`);
});
afterEach(async () => {
  await slack.stop();
  await app.stop();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const reply = (ts: string) => slack.waitFor(() => slack.thread(PAYDEV, ts)[1], { what: "the app's reply" });

describe("Bolt against the simulator", () => {
  it("hears a mention twice, in either order, and its reply is seen", async () => {
    for (const order of ["messageFirst", "mentionFirst"] as const) {
      seen = [];
      slack.deliverEvents({ order });
      const { ts } = slack.say({ as: "U0ANNA", channel: PAYDEV, text: "@steward merge !482" });
      expect(await reply(ts)).toMatchObject({ text: "Merge it?", user: "U0STEWARD" });
      await slack.waitFor(() => seen.filter((event) => event.ts === ts).length === 2);
      const types = seen.filter((event) => event.ts === ts).map(({ type }) => type);
      expect(types).toEqual(
        order === "messageFirst" ? ["message", "app_mention"] : ["app_mention", "message"],
      );
    }
    expect(slack.violations()).toEqual([]);
  });

  it("hears a click and redraws the card through the response URL", async () => {
    const { ts } = slack.say({ as: "U0ANNA", channel: PAYDEV, text: "@steward merge !482" });
    const card = await reply(ts);
    expect(
      await slack.click({ as: "U0BORIS", channel: PAYDEV, ts: card.ts, action_id: "approve" }),
    ).toMatchObject({ status: 200 });
    await slack.waitFor(() => slack.thread(PAYDEV, ts)[1]?.text === "U0BORIS approved a1");
    expect(slack.violations()).toEqual([]);
  });

  it("hears a slash command and answers it in private", async () => {
    await slack.slash({ as: "U0CARLA", channel: "C0SUPPORT", command: "/steward", text: "help" });
    await slack.waitFor(() => slack.ephemerals("C0SUPPORT", "U0CARLA").length === 2);
    expect(slack.ephemerals("C0SUPPORT", "U0CARLA").map(({ text }) => text)).toEqual([
      "One moment",
      "You said: help",
    ]);
  });

  it("refuses what is not signed, or signed too long ago", async () => {
    const { ts } = slack.say({ as: "U0ANNA", channel: PAYDEV, text: "@steward merge !482" });
    const card = await reply(ts);
    const payload = slack.clickPayload({ as: "U0BORIS", channel: PAYDEV, ts: card.ts, action_id: "approve" });
    expect(await slack.forge({ payload, signing: "bad" })).toMatchObject({ status: 401 });
    expect(await slack.forge({ payload, signing: "stale" })).toMatchObject({ status: 401 });
    expect(slack.thread(PAYDEV, ts)[1]?.text).toBe("Merge it?");
  });

  it("is told again of an event that it answered with an error", async () => {
    let failures = 0;
    const { processEvent } = app;
    app.processEvent = async (event) => {
      failures += 1;
      if (failures === 1) throw new Error("the store is away");
      await processEvent.call(app, event);
    };
    const { ts } = slack.say({ as: "U0ANNA", channel: PAYDEV, text: "hello" });
    await slack.waitFor(() => slack.deliveries()[0]?.state === "delivered");
    expect(slack.deliveries()[0]?.attempts).toMatchObject([
      { status: 500 },
      { status: 200, retry: 1, reason: "http_error" },
    ]);
    expect(seen).toEqual([{ type: "message", ts, retry: 1 }]);
  });

  it("that breaks the contract leaves a violation", async () => {
    const wrong = app.client.apiCall("chat.postMessage", { channel: PAYDEV, text: "a", colour: "red" });
    await expect(wrong).rejects.toMatchObject({ data: { error: "invalid_arguments" } });
    expect(slack.violations()).toMatchObject([{ method: "chat.postMessage", error: "invalid_arguments" }]);
  });
});
